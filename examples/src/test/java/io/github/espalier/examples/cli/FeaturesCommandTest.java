package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.RandomInception;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.metrics.extract.ExtractedFeatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier features} and {@code espalier fid} with a small CLIP of random weights. */
class FeaturesCommandTest {
  private static final int IMAGES = 80;

  @TempDir static Path shared;
  private static Path clip;

  @TempDir Path temp;

  @BeforeAll
  static void make() throws IOException {
    clip = RandomClip.write(shared.resolve("clip"), 1);
  }

  private Run features(Path images, Path out, String... more) {
    Object[] args = new Object[6 + more.length];
    List<Object> first = List.of("features", images, "--clip", clip, "--out", out);
    System.arraycopy(first.toArray(), 0, args, 0, 6);
    System.arraycopy(more, 0, args, 6, more.length);
    return Cli.run(args);
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void embeddingsOfClipAreComparedButNotCalledFid() throws IOException {
    Path real = RandomInception.images(temp.resolve("real"), 5, 1);
    Path generated = RandomInception.images(temp.resolve("generated"), 6, 2);
    Path first = temp.resolve("first.safetensors");
    Path second = temp.resolve("second.safetensors");
    JsonNode made = json(features(real, first, "--json"));
    assertThat(made.get("network").asText()).isEqualTo("clip");
    assertThat(made.get("images").asInt()).isEqualTo(5);
    assertThat(made.get("protocol").asText()).startsWith("clip-torchvision-");
    json(features(generated, second, "--json"));

    JsonNode ofFiles = json(Cli.run("fid", first, second, "--cmmd", "--json"));
    assertThat(ofFiles.get("isFid").asBoolean()).isFalse();
    assertThat(ofFiles.get("label").asText()).startsWith("Fréchet distance (network clip");
    JsonNode ofFolders = json(Cli.run("fid", real, generated, "--clip", clip, "--cmmd", "--json"));
    assertThat(ofFolders.get("value")).isEqualTo(ofFiles.get("value"));

    Path framed = temp.resolve("framed.safetensors");
    assertThat(json(features(generated, framed, "--clip-framing", "cmmd", "--json")).toString())
        .contains("clip-cmmd-");
    Run other = Cli.run("fid", first, framed);
    assertThat(other.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(other.err()).contains("cannot be compared", "protocol clip-torchvision-");
  }

  /** The folder of a run has the overview and the manifest beside the images. */
  @Test
  void theOverviewOfGeneratedImagesIsNoImage() throws IOException {
    Path real = RandomInception.images(temp.resolve("real"), 4, 1);
    Path generated = temp.resolve("generated");
    Run made =
        Cli.run(
            "generate",
            Checkpoints.folder(temp),
            "--prompt=cat",
            "--prompt=dog",
            "--prompt=horse",
            "--steps=1",
            "--size=32x16",
            "--grid",
            "--out",
            generated);
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(generated.resolve("grid.png")).exists();
    JsonNode found = json(Cli.run("fid", real, generated, "--clip", clip, "--json"));
    assertThat(found.get("generated").get("images").asInt()).isEqualTo(3);
    Path out = temp.resolve("features.safetensors");
    json(features(generated, out, "--json"));
    assertThat(ExtractedFeatures.read(out).names()).hasSize(3).doesNotContain("grid.png");
  }

  /** Killed as soon as something is in the journal, and run again. */
  @Test
  void killedProcessGoesOnToTheSameFile() throws IOException, InterruptedException {
    Path images = RandomInception.images(temp.resolve("images"), 4, 1);
    for (int i = 4; i < IMAGES; i++) {
      Files.createLink(images.resolve(i + ".png"), images.resolve(i % 4 + ".png"));
    }
    Path whole = temp.resolve("whole.safetensors");
    json(features(images, whole, "--batch", "4", "--threads", "1", "--json"));
    Path target = temp.resolve("target.safetensors");
    Path journal = temp.resolve("target.safetensors.partial");
    Path log = temp.resolve("log");
    Process process =
        JavaProcess.start(
            log,
            List.of(),
            "features",
            images.toString(),
            "--clip",
            clip.toString(),
            "--out",
            target.toString(),
            "--batch",
            "4",
            "--threads",
            "1");
    long header = 0;
    while (process.isAlive()) {
      long length = Files.exists(journal) ? Files.size(journal) : 0;
      header = header == 0 ? length : header;
      if (header > 0 && length > header) {
        process.destroyForcibly().waitFor();
      } else {
        Thread.sleep(1);
      }
    }
    assertThat(journal).as(Files.readString(log)).exists();
    assertThat(target).doesNotExist();
    assertThat(Files.size(journal)).isGreaterThan(header);

    json(features(images, target, "--batch", "4", "--threads", "1", "--json"));
    assertThat(target).hasSameBinaryContentAs(whole);
    assertThat(journal).doesNotExist();
  }
}
