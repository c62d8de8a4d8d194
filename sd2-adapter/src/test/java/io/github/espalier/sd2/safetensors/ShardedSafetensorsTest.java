package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";
  private static final String MAP =
      "'c':'2','a':'1','b':'1'"
          .replace("'1'", "'" + FIRST + "'")
          .replace("'2'", "'" + SECOND + "'");

  @TempDir Path directory;
  private Path index;

  @BeforeEach
  void writeShards() throws IOException {
    index = directory.resolve("model.safetensors.index.json");
    writeShard(FIRST, "b", "a");
    writeShard(SECOND, "c");
  }

  private void writeShard(String file, String... names) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, TestFiles.tensor(DType.U8, Shape.of(3), TestFiles.pattern(name, 3)));
    }
    Path path = directory.resolve(file);
    Files.deleteIfExists(path);
    Safetensors.write(path, tensors, Map.of());
  }

  private void writeIndex(String weightMap) throws IOException {
    writeRaw("{'metadata':{'total_size':9},'weight_map':{" + weightMap + "}}");
  }

  private void writeRaw(String text) throws IOException {
    Files.writeString(index, text.replace('\'', '"'));
  }

  @Test
  void readsAcrossShards() throws Exception {
    writeIndex(MAP);
    TensorData kept;
    try (ShardedSafetensors store = ShardedSafetensors.open(index)) {
      assertThat(store.names()).containsExactly("a", "b", "c");
      assertThat(store.index()).isEqualTo(index);
      assertThat(store.files())
          .extracting(SafetensorsFile::path)
          .containsExactly(directory.resolve(FIRST), directory.resolve(SECOND));
      assertThat(store.file("c")).isSameAs(store.files().get(1));
      assertThat(store.spec("c")).isEqualTo(new TensorSpec("c", DType.U8, Shape.of(3)));
      assertThat(store.contains("b")).isTrue();
      assertThat(store.contains("d")).isFalse();
      assertThat(store).hasToString(index + " (3 tensors in 2 files)");
      for (String name : store.names()) {
        assertThat(TestFiles.bytes(store.tensor(name))).isEqualTo(TestFiles.pattern(name, 3));
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.tensor("d"))
          .withMessage(index + " has no tensor d; nearest of its 3 names: a, b, c");
      kept = store.tensor("c");
    }
    assertThatThrownBy(() -> TestFiles.bytes(kept)).isInstanceOf(ClosedChannelException.class);
    try (TensorStore store = Safetensors.open(index)) {
      assertThat(store).isInstanceOf(ShardedSafetensors.class);
    }
  }

  @Test
  void anIndexOfNothingIsLegal() throws Exception {
    writeIndex("");
    try (ShardedSafetensors store = ShardedSafetensors.open(index)) {
      assertThat(store.names()).isEmpty();
    }
  }

  @Test
  void aMissingShard() throws Exception {
    writeIndex(MAP);
    Files.delete(directory.resolve(SECOND));
    assertRefused(": the index names the shard " + SECOND + ", which is missing");
  }

  @Test
  void aMalformedShard() throws Exception {
    writeIndex(MAP);
    Files.writeString(directory.resolve(SECOND), "version https://git-lfs.github.com/spec/v1\n");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(directory.resolve(SECOND) + ": this is a git-LFS pointer");
  }

  @Test
  void aTensorThatTheShardLacks() throws Exception {
    writeIndex(MAP + ",'d':'" + FIRST + "'");
    assertRefused(": d: the index maps it to " + FIRST + ", which lacks it");
  }

  @Test
  void aTensorThatTheIndexLacks() throws Exception {
    writeIndex(MAP);
    writeShard(SECOND, "c", "d");
    assertRefused(": d: " + SECOND + " has it, but the index does not list it");
  }

  @Test
  void aTensorThatTheIndexMapsElsewhere() throws Exception {
    writeIndex(MAP);
    writeShard(SECOND, "c", "a");
    assertRefused(": a: " + SECOND + " has it, but the index maps it to " + FIRST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x.safetensors",
        "/x.safetensors",
        "a/x.safetensors",
        "..\\\\x.safetensors",
        "C:x.safetensors",
        "",
        ".",
        "..",
        "x.bin",
        "x.safetensors\\u0000",
        "\\n.safetensors"
      })
  void fileNamesThatLeaveTheDirectory(String name) throws Exception {
    writeIndex("'a':'" + name + "'");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(index + ": a: weight_map names the file \"")
        .hasMessageEndingWith(" where a plain name that ends in .safetensors is expected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                  | the index is not valid JSON: it is empty
          nonsense                            | the index is not valid JSON at character
          []                                  | the index is an array where an object is expected
          {}                                  | weight_map is missing
          {'weight_map':[]}                   | weight_map is an array where an object is expected
          {'weight_map':{'a':1}}              | a: the file in weight_map is an integer
          {'weight_map':{},'weight_map':{}}   | weight_map occurs twice
          {'weight_map':{'a':'x.safetensors','a':'x.safetensors'}} | a: weight_map has two entries
          {'weight_map':{}}{}                 | the index is not valid JSON: text follows the end
          """)
  void malformedIndexes(String text, String expected) throws Exception {
    writeRaw(text);
    assertRefused(": " + expected);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(index + message);
  }
}
