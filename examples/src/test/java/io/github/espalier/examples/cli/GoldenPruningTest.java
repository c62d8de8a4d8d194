package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The zeros of a whole pruned checkpoint are, element by element, those that the paper's rule gives
 * in PyTorch; made by {@code make_golden_pruning.py} of sd2-adapter.
 */
class GoldenPruningTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "small-f32, 0", "small-f32, 0.07", "small-f32, 0.35", "small-f32, 0.475", "small-f32, 0.625",
    "small-f32, 0.89", "small-f32, 1", "small-f16, 0", "small-f16, 0.07", "small-f16, 0.35",
    "small-f16, 0.475", "small-f16, 0.625", "small-f16, 0.89", "small-f16, 1",
  })
  void zerosAreThoseOfThePapersRule(String checkpoint, String sparsity) throws IOException {
    Path source = checkpoint.equals("small-f32") ? Checkpoints.f32() : Checkpoints.folder(temp);
    Path target = temp.resolve("pruned");

    Cli.Run run =
        Cli.run(
            "prune",
            source,
            "--out",
            target,
            "--rule=sd2-pruning",
            "--text",
            sparsity,
            "--unet",
            sparsity);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(zeros(source, target)).isEqualTo(golden(checkpoint, sparsity));
  }

  private static Map<String, String> golden(String checkpoint, String sparsity) throws IOException {
    List<String> lines = Files.readAllLines(Checkpoints.resource("golden-pruning.tsv"));
    int column = List.of(lines.get(0).split("\t", -1)).indexOf(sparsity);
    Map<String, String> golden = new TreeMap<>();
    for (String line : lines) {
      String[] cells = line.split("\t", -1);
      if (cells[0].equals(checkpoint)) {
        golden.put(cells[1], cells[column]);
      }
    }
    return golden;
  }

  /** What is zero afterwards, as the golden file writes it. */
  private static Map<String, String> zeros(Path source, Path target) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Sd2Checkpoint before = Sd2Checkpoint.open(source);
        Sd2Checkpoint after = Sd2Checkpoint.open(target)) {
      Map<String, Layer> layers = new TreeMap<>();
      after.layers().forEach(layer -> layers.put(layer.qualifiedName(), layer));
      for (Layer layer : before.layers()) {
        String name = layer.qualifiedName();
        byte[] original = bytes(before.weights(layer));
        byte[] pruned = bytes(after.weights(Objects.requireNonNull(layers.get(name))));
        boolean prunable =
            layer.shape().rank() == 2
                && (name.startsWith("unet/")
                    || (name.startsWith("text_encoder/") && !name.contains("embedding")));
        if (prunable) {
          found.put(name, describe(original, pruned, layer.dtype().bytes()));
        } else {
          assertThat(pruned).as(name).isEqualTo(original);
        }
      }
    }
    return found;
  }

  private static String describe(byte[] original, byte[] pruned, int width) {
    int elements = original.length / width;
    byte[] mask = new byte[(elements + 7) / 8];
    int count = 0;
    for (int i = 0; i < elements; i++) {
      boolean same = true;
      boolean zero = true;
      for (int b = i * width; b < (i + 1) * width; b++) {
        same &= original[b] == pruned[b];
        boolean hasSign = b == (i + 1) * width - 1; // -0 is zero too
        zero &= (hasSign ? pruned[b] & 0x7f : pruned[b]) == 0;
      }
      assertThat(same || zero).as("kept weights keep their bits").isTrue();
      if (zero) {
        mask[i >> 3] |= (byte) (1 << (i & 7));
        count++;
      }
    }
    return count + ":" + digest(mask);
  }

  private static String digest(byte[] mask) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(mask);
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(TensorData data) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(data.byteSize())];
    data.read(0, ByteBuffer.wrap(bytes));
    return bytes;
  }
}
