package io.github.espalier.metrics.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever happens to a file, there is an image or an error that names it. */
class MutationProperties {
  private static final Path NAME = Path.of("changed");

  @Provide
  Arbitrary<String> files() {
    return Arbitraries.of(
        List.of("palette4.png", "rgba16.png", "rgb-420.jpg", "cmyk.jpg", "grey-progressive.jpg"));
  }

  private static void decode(byte[] bytes) {
    try {
      assertThat(new ImageDecoder(100_000).decode(NAME, bytes).width()).isPositive();
    } catch (CheckpointFormatException e) {
      assertThat(e).hasMessageStartingWith("changed: ");
    }
  }

  @Property(tries = 500, seed = "505")
  void changedBytes(
      @ForAll("files") String file, @ForAll @IntRange(max = 1 << 20) int at, @ForAll byte value)
      throws IOException {
    byte[] bytes = TestImages.bytes(file);
    bytes[at % bytes.length] = value;
    decode(bytes);
  }

  @Property(tries = 500, seed = "506")
  void missingBytes(
      @ForAll("files") String file,
      @ForAll @IntRange(max = 1 << 20) int at,
      @ForAll @IntRange(min = 1, max = 100) int count)
      throws IOException {
    byte[] bytes = TestImages.bytes(file);
    int from = at % bytes.length;
    int to = Math.min(bytes.length, from + count);
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, shorter, from, bytes.length - to);
    decode(shorter);
  }
}
