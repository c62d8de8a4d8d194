package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.npz.MomentsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchFrechetCommandTest {
  @TempDir Path temp;

  private Path moments(String name, double mean, double variance) throws IOException {
    Path file = temp.resolve(name);
    MomentsFile.write(
        file,
        FeatureMoments.of(new double[] {mean, 0}, new double[][] {{variance, 0}, {0, 1}}),
        false);
    return file;
  }

  /** Of diagonal covariances: (3 - 1)^2 + (sqrt 9 - sqrt 4)^2. */
  @Test
  void timesTheDistanceOfFiles() throws IOException {
    Path first = moments("first.npz", 3, 9);
    Path second = moments("second.npz", 1, 4);
    Run run = Cli.run("bench", "frechet", first, second, "--runs=2", "--json", "--quiet");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode found = new ObjectMapper().readTree(run.out());
    assertThat(found.get("distance").asDouble()).isCloseTo(5, within(1e-12));
    assertThat(found.get("features").asInt()).isEqualTo(2);
    assertThat(found.get("seconds")).hasSize(2);
    assertThat(found.get("medianSeconds").asDouble()).isPositive();
    assertThat(run.err()).isEmpty();

    Run text = Cli.run("bench", "frechet", first, second, "--runs=1");
    assertThat(text.out())
        .startsWith("Fréchet distance of two summaries of 2 features: ")
        .contains("distance: 5.000", "machine: ");
    assertThat(text.err()).contains("espalier bench: run 1 of 1");
  }

  @Test
  void refusesOneFile() throws IOException {
    Path file = moments("first.npz", 3, 9);
    assertThat(Cli.run("bench", "frechet", file).err()).contains("only " + file + " is given");
    assertThat(Cli.run("bench", "frechet", "--runs=0").err()).contains("must be at least 1");
  }
}
