package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.RandomInception;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier features} and {@code espalier fid}, with a FID network of random weights. */
class FidCommandTest {
  @TempDir static Path shared;
  private static Path weights;
  private static Path real;
  private static Path generated;

  @TempDir Path temp;

  @BeforeAll
  static void make() throws IOException {
    weights = shared.resolve("inception.safetensors");
    RandomInception.write(weights);
    real = images("real", 5, 1);
    generated = images("generated", 6, 2);
  }

  private static Path images(String name, int count, long seed) throws IOException {
    return RandomInception.images(shared.resolve(name), count, seed);
  }

  private Path features(Path folder, String protocol) {
    Path out = temp.resolve(folder.getFileName() + "-" + protocol + ".safetensors");
    Run run =
        Cli.run("features", folder, "--inception", weights, "--protocol", protocol, "--out", out);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("Features of ")
        .contains(" images (fid-inception-v3, tap 2048, protocol " + protocol + ") are in " + out);
    return out;
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void foldersAndTheirFeaturesGiveTheSameNumber() throws IOException {
    Path stats = temp.resolve("real.npz");
    JsonNode ofFolders =
        json(
            Cli.run(
                "fid",
                real,
                generated,
                "--inception",
                weights,
                "--protocol",
                "paper",
                "--kid",
                "--precision-recall",
                "--infinity",
                "--infinity-from",
                "3",
                "--features",
                temp.resolve("kept"),
                "--save-stats",
                stats,
                "--json"));
    assertThat(ofFolders.get("isFid").asBoolean()).isTrue();
    assertThat(ofFolders.get("label").asText()).isEqualTo("FID (protocol paper)");
    assertThat(ofFolders.get("value").asDouble()).isPositive();
    assertThat(ofFolders.get("real").get("images").asInt()).isEqualTo(5);
    assertThat(ofFolders.get("generated").get("images").asInt()).isEqualTo(6);
    assertThat(ofFolders.get("warning").asText()).startsWith("with 5 and 6 images");
    assertThat(ofFolders.has("kernelDistanceOfAll")).isTrue();
    assertThat(ofFolders.get("precision").asDouble()).isBetween(0.0, 1.0);
    assertThat(ofFolders.has("infinity")).isTrue();

    Path second = features(generated, "paper");
    JsonNode ofFiles = json(Cli.run("fid", features(real, "paper"), second, "--json"));
    assertThat(ofFiles.get("value")).isEqualTo(ofFolders.get("value"));

    Run ofStatistics = Cli.run("fid", stats, second);
    assertThat(ofStatistics.status()).isZero();
    assertThat(ofStatistics.out())
        .startsWith("Frechet distance (network fid-inception-v3, tap 2048, protocol paper; ")
        .contains("does not say what made its features): ", "Generated: ", ", 6 images");

    Run again =
        Cli.run(
            "fid",
            real,
            generated,
            "--protocol",
            "paper",
            "--inception",
            weights,
            "--features",
            temp.resolve("kept"),
            "--json");
    assertThat(json(again).get("value")).isEqualTo(ofFolders.get("value"));
    try (var files = Files.list(temp.resolve("kept"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void otherProtocolsAreNotCompared() {
    Run run = Cli.run("fid", features(real, "clean-fid"), features(generated, "paper"));
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("cannot be compared", "protocol clean-fid, not paper");
  }

  @Test
  void whatCannotBeReadIsNamedOrCounted() throws IOException {
    Path folder = images("damaged", 2, 3);
    Path bad = Files.writeString(folder.resolve("bad.png"), "bad");
    Path out = temp.resolve("features.safetensors");
    Run run = Cli.run("features", folder, "--inception", weights, "--out", out);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines()).anyMatch(line -> line.startsWith("espalier: " + bad + ": begins"));
    assertThat(out).doesNotExist();
    Run skipping =
        Cli.run(
            "features",
            folder,
            "--inception",
            weights,
            "--out",
            out,
            "--skip-unreadable",
            "--json");
    assertThat(json(skipping).get("skipped").asInt()).isEqualTo(1);
    assertThat(json(skipping).get("images").asInt()).isEqualTo(2);

    Run none = Cli.run("fid", temp.resolve("none"), out);
    assertThat(none.err()).contains(temp.resolve("none") + ": there is no such file or folder");
    Run missing = Cli.run("fid", real, out);
    assertThat(missing.err()).contains("a folder of images needs --inception FILE");
    Run empty = Cli.run("fid", temp, out, "--inception", weights);
    assertThat(empty.err()).contains(temp + " has no images of its own");
  }

  /** The model's place is looked at after the options, which are all understood. */
  @Test
  void clipInsteadOfInception() {
    Path none = temp.resolve("no-clip");
    Run run =
        Cli.run(
            "features",
            real,
            "--clip",
            none,
            "--clip-framing=cmmd",
            "--out",
            temp.resolve("clip.safetensors"));
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("no-clip");
    Run both = Cli.run("fid", real, generated, "--clip", none, "--inception", weights, "--cmmd");
    assertThat(both.status()).isNotZero();
    assertThat(both.err()).contains("--clip MODEL, and not both");
  }

  @Test
  void cancelledRunGoesOn() throws IOException {
    Path whole = features(real, "clean-fid");
    byte[] bytes = Files.readAllBytes(whole);
    Files.delete(whole);
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Run run =
        Cli.run(
            cancellation,
            "features",
            real,
            "--inception",
            weights,
            "--protocol",
            "clean-fid",
            "--out",
            whole);
    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(run.err()).contains("the same command goes on");
    assertThat(Files.readAllBytes(features(real, "clean-fid"))).isEqualTo(bytes);
  }
}
