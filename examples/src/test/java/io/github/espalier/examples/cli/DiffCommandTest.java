package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  @TempDir Path temp;
  Path folder;

  @BeforeEach
  void unpack() throws IOException {
    folder = Checkpoints.folder(temp);
  }

  @Test
  void nothingDiffersBetweenTheLayouts() {
    Run run = Cli.run("diff", folder, Checkpoints.singleFile());

    assertThat(run.out()).as(run.err()).startsWith("No difference in ");
    assertThat(run.status()).isZero();
  }

  @Test
  void countsZerosThatPruningAdded() throws IOException {
    Path pruned = temp.resolve("pruned");
    Cli.run("prune", folder, "--out", pruned, "--unet=50%", "--select=conv_in", "--quiet");

    Run run = Cli.run("diff", folder, pruned);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("unet/conv_in\\.weight +144 +72 +\\d+ +\\d+ +72 +0 +0")
        .contains("1 tensors differ", "72 zeros added, 0 removed, 0 other values changed.");
    JsonNode back = new ObjectMapper().readTree(Cli.run("diff", pruned, folder, "--json").out());
    assertThat(back.get("equal").asBoolean()).isFalse();
    assertThat(back.at("/differences/0/difference").asText()).isEqualTo("Changed");
    assertThat(back.at("/differences/0/name").asText()).isEqualTo("unet/conv_in.weight");
    assertThat(back.get("zerosRemoved").asLong()).isEqualTo(72);
  }

  @Test
  void saysWhichTypesDiffer() {
    Run run = Cli.run("diff", folder, Checkpoints.f32());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("unet/conv_in.weight: F16 [4, 4, 3, 3] became F32 [4, 4, 3, 3]");
  }

  @Test
  void comparesPlainFiles() throws IOException {
    Path unet = folder.resolve(Checkpoints.UNET_WEIGHTS);
    Path vae = folder.resolve("vae/diffusion_pytorch_model.safetensors");
    Path copy = Files.copy(unet, temp.resolve("copy.safetensors"));

    assertThat(Cli.run("diff", unet, copy).status()).isZero();
    Run run = Cli.run("diff", unet, vae);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("conv_in.weight: only in " + unet);
  }

  @Test
  void troubleIsNotADifference() throws IOException {
    Run absent = Cli.run("diff", folder, temp.resolve("absent"));
    Run unlike = Cli.run("diff", folder, folder.resolve(Checkpoints.UNET_WEIGHTS));
    Path text = Files.writeString(temp.resolve("text.safetensors"), "<html>");
    Run page = Cli.run("diff", text, folder);

    for (Run run : new Run[] {absent, unlike, page}) {
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.errLines()).hasSize(1);
    }
    assertThat(unlike.err()).contains("compare checkpoints with checkpoints");
  }
}
