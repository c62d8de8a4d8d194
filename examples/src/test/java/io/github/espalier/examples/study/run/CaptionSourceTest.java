package io.github.espalier.examples.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionSourceTest {
  @TempDir Path temp;

  private List<String> read(String name, String content) throws IOException {
    Path file = Files.writeString(temp.resolve(name), content);
    return CaptionSource.read(Optional.of(file), 2).texts();
  }

  @Test
  void readsEveryForm() throws IOException {
    assertThat(read("a.txt", "one\ntwo\nthree\n")).containsExactly("one", "two");
    assertThat(read("a.jsonl", "{\"prompt\": \"one\", \"more\": 1}\n\n{\"prompt\": \"two\"}\n"))
        .containsExactly("one", "two");
    assertThat(
            read(
                "a.json",
                "{\"annotations\": [{\"image_id\": 1, \"caption\": \"one\"},"
                    + " {\"image_id\": 1, \"caption\": \"other\"}]}"))
        .containsExactly("one");
    assertThat(CaptionSource.read(Optional.empty(), 2).texts()).hasSize(2);
  }

  @Test
  void errorsNameTheLine() {
    assertThatThrownBy(() -> read("a.jsonl", "{\"prompt\": \"one\"}\n{\"prompt\": 2}\n"))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("a.jsonl: line 2 has no");
    assertThatThrownBy(() -> read("b.jsonl", "{\n")).hasMessageContaining("line 1 is not JSON");
    assertThatThrownBy(() -> read("c.jsonl", "\n")).hasMessageContaining("has no captions");
  }
}
