package io.github.espalier.sd2.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.calibration.Captions.CocoChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where captions come from, and files that hold none. */
class CaptionsTest {
  private static final String COCO =
      """
      {"info": {"annotations": 1}, "annotations": [
        {"image_id": 7, "id": 1, "caption": "a dog\\n"},
        {"caption": "a cat", "extra": [{"caption": "no"}], "image_id": 8},
        {"image_id": 7, "id": 3, "caption": "another dog"}
      ], "images": []}
      """;

  @TempDir private Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("captions"), content);
  }

  private Path file(String content) throws IOException {
    return file(content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void defaultsAreManyAndAllDifferent() {
    assertThat(Captions.defaults().texts()).hasSize(144).doesNotHaveDuplicates();
    assertThat(Captions.defaults().limitedTo(2).texts()).hasSize(2);
  }

  @Test
  void readsLines() throws IOException {
    Path file = file("\uFEFFa dog \r\n\n  \t\nein Bär");
    assertThat(Captions.readLines(file, 9).texts()).containsExactly("a dog", "ein Bär");
    assertThat(Captions.readLines(file, 1).texts()).containsExactly("a dog");
  }

  @Test
  void namesTheLineThatIsNoUtf8() throws IOException {
    Path file = file("a dog\n\nein B\u00e4r\n".getBytes(StandardCharsets.ISO_8859_1));
    for (int limit : new int[] {1, 9}) {
      assertThatThrownBy(() -> Captions.readLines(file, limit))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining("line 3 is not UTF-8");
    }
  }

  @Test
  void refusesFilesWithoutCaptions() throws IOException {
    for (String content : List.of("", "\n \n")) {
      Path file = file(content);
      assertThatThrownBy(() -> Captions.readLines(file, 9))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining("has no captions");
    }
    for (String content : List.of("{}", "{\"annotations\": []}")) {
      Path file = file(content);
      assertThatThrownBy(() -> Captions.readCoco(file, CocoChoice.ALL, 9))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining("has no captions");
    }
    assertThatThrownBy(() -> new Captions(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsCoco() throws IOException {
    Path file = file(COCO);
    assertThat(Captions.readCoco(file, CocoChoice.FIRST_OF_EACH_IMAGE, 9).texts())
        .containsExactly("a dog", "a cat");
    assertThat(Captions.readCoco(file, CocoChoice.ALL, 9).texts())
        .containsExactly("a dog", "a cat", "another dog");
    assertThat(Captions.readCoco(file, CocoChoice.ALL, 2).texts())
        .containsExactly("a dog", "a cat");
  }

  @Test
  void saysWhatIsWrongWithCoco() throws IOException {
    for (List<String> each :
        List.of(
            List.of("[]", "is no JSON object"),
            List.of("{\"annotations\": {}}", "is no array"),
            List.of("{\"annotations\": [1]}", "annotations[0] is no object"),
            List.of("{\"annotations\": [{\"image_id\": 1}]}", "annotations[0] has no text"),
            List.of("{\"annotations\": [{\"caption\": \"a\"}]}", "has no 'image_id'"),
            List.of("{\"annotations\": [\n{\"caption\"", "line 2"))) {
      Path file = file(each.get(0));
      assertThatThrownBy(() -> Captions.readCoco(file, CocoChoice.FIRST_OF_EACH_IMAGE, 9))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining(each.get(1));
    }
  }
}
