package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        .containsPattern("unet/conv_in\\.weight +144 +72 +\\d+ +\\d+ +72 +0 +0 +0")
        .contains(
            "1 tensors differ",
            "72 zeros added, 0 removed, 0 changed their sign, 0 other values changed.");
    JsonNode back = new ObjectMapper().readTree(Cli.run("diff", pruned, folder, "--json").out());
    assertThat(back.get("equal").asBoolean()).isFalse();
    assertThat(back.at("/differences/0/difference").asText()).isEqualTo("Changed");
    assertThat(back.at("/differences/0/name").asText()).isEqualTo("unet/conv_in.weight");
    assertThat(back.get("zerosRemoved").asLong()).isEqualTo(72);
  }

  @Test
  void countsZerosThatLostTheirSign() throws IOException {
    Shape shape = Shape.of(3);
    Path before = temp.resolve("before.safetensors");
    Path after = temp.resolve("after.safetensors");
    Safetensors.write(before, Map.of("a", TensorData.ofFloats(shape, -0f, 1, 2)), Map.of());
    Safetensors.write(after, Map.of("a", TensorData.ofFloats(shape, 0, 1, 3)), Map.of());

    Run run = Cli.run("diff", before, after);

    assertThat(run.out())
        .containsPattern("a +3 +2 +0 +2 +0 +0 +1 +1\\R")
        .contains("0 zeros added, 0 removed, 1 changed their sign, 1 other values changed.");
    JsonNode json = new ObjectMapper().readTree(Cli.run("diff", before, after, "--json").out());
    assertThat(json.get("zeroSigns").asLong()).isEqualTo(1);
    assertThat(json.at("/differences/0/zeroSigns").asLong()).isEqualTo(1);
    assertThat(json.get("otherChanges").asLong()).isEqualTo(1);
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
