package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir Path temp;

  @Test
  void countsLayersByKind() throws IOException {
    Run run = Cli.run("inspect", Checkpoints.folder(temp));

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("diffusers layout")
        .containsPattern("text_encoder +linear +F16 +18 +9,216")
        .containsPattern("unet +linear +F16 +216 +33,088")
        .doesNotContain("conv_in.weight");
  }

  @Test
  void listsLayers() throws IOException {
    Run run = Cli.run("inspect", Checkpoints.folder(temp), "--layers");

    assertThat(run.out()).containsPattern("unet/conv_in\\.weight +conv2d +F16 +\\[4, 4, 3, 3\\]");
  }

  @Test
  void seesBothLayoutsAlike() throws IOException {
    JsonNode folder = json(Checkpoints.folder(temp));
    JsonNode file = json(Checkpoints.singleFile());

    assertThat(file.get("layout").asText()).isEqualTo("single_file");
    assertThat(file.get("parameters")).isEqualTo(folder.get("parameters"));
    assertThat(file.at("/components/0/kinds/linear/parameters").isMissingNode()).isFalse();
  }

  @Test
  void countsZeros() throws IOException {
    Path pruned = temp.resolve("pruned");
    Cli.run("prune", Checkpoints.folder(temp), "--out", pruned, "--unet=100%");

    JsonNode json = json(pruned);

    JsonNode unet =
        json.get("components")
            .valueStream()
            .filter(each -> each.get("name").asText().equals("unet"))
            .findFirst()
            .orElseThrow();
    assertThat(unet.at("/kinds/linear/sparsity").asDouble()).isEqualTo(1);
    assertThat(unet.get("zeros").asLong()).isGreaterThanOrEqualTo(33_088);
    assertThat(json.get("layers")).allMatch(layer -> layer.has("shape"));
  }

  private static JsonNode json(Path source) throws IOException {
    Run run = Cli.run("inspect", source, "--json");
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void failsInOneLine() {
    Run run = Cli.run("inspect", temp);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines()).hasSize(1);
  }
}
