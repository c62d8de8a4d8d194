package io.github.espalier.examples.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.examples.RandomInception;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program runs and prints the number. */
class MeasureFidTest {
  @TempDir Path temp;

  @Test
  void printsTheNumber() throws IOException {
    Path weights = temp.resolve("inception.safetensors");
    RandomInception.write(weights);
    Path real = RandomInception.images(temp.resolve("real"), 3, 1);
    Path generated = RandomInception.images(temp.resolve("generated"), 2, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      MeasureFid.main(
          new String[] {
            weights.toString(),
            real.toString(),
            generated.toString(),
            temp.resolve("features").toString()
          });
    } finally {
      System.setOut(before);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .containsPattern("FID \\(protocol paper\\): \\d+\\.\\d+ \\(with 3 and 2 images ");
    try (Stream<Path> files = Files.list(temp.resolve("features"))) {
      assertThat(files).hasSize(2);
    }
  }
}
