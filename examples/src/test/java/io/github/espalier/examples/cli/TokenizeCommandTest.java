package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Synthesizer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids of the small checkpoint are by transformers 5.24.0. */
class TokenizeCommandTest {
  @TempDir Path temp;

  @Test
  void printsTokensWithTheirIds() {
    Run run = Cli.run("tokenize", Checkpoints.f32(), "A photo of a cat!");

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("token +id")
        .containsPattern("<\\|startoftext\\|> +572")
        .containsPattern("photo</w> +525")
        .containsPattern("cat</w> +519\\s+! +0\\s+<\\|endoftext\\|> +573")
        .contains("8 tokens, then 69 times the pad token ! (0)")
        .doesNotContain("Note");
  }

  @Test
  void printsJson() throws IOException {
    JsonNode json =
        json(Cli.run("tokenize", Checkpoints.f32(), "cat!", "--json", "--bang=as-text"));

    assertThat(json.get("bang").asText()).isEqualTo("as-text");
    assertThat(json.get("cleaning").asText()).isEqualTo("diffusers-fast");
    assertThat(json.get("ids")).hasSize(77);
    assertThat(json.get("tokens")).hasSize(77);
    assertThat(json.get("ids").toString()).startsWith("[572,519,256,573,0");
    assertThat(json.get("tokens").get(1).asText()).isEqualTo("cat</w>");
    assertThat(json.get("length").asInt()).isEqualTo(4);
    assertThat(json.get("truncated").asBoolean()).isFalse();
    assertThat(json.get("notes")).isEmpty();
  }

  @Test
  void theTokenizersOwnFolderWillDo() {
    Path folder = Checkpoints.f32().resolve("tokenizer");
    assertThat(Cli.run("tokenize", folder, "cat").out())
        .isEqualTo(Cli.run("tokenize", Checkpoints.f32(), "cat").out());
  }

  @Test
  void warnsOfWhatIsCutOff() throws IOException {
    String text = "cat ".repeat(75) + "and dog";
    Run run = Cli.run("tokenize", Checkpoints.f32(), text, "--json");

    assertThat(run.status()).isZero();
    assertThat(run.errLines())
        .containsExactly(
            "espalier: warning: the text has 77 tokens, and the text encoder reads 75;"
                + " cut off: and dog");
    assertThat(json(run).get("removed_text").asText()).isEqualTo("and dog");
    assertThat(json(run).get("removed")).hasSize(2);
  }

  @Test
  void aSingleFileHasClipsVocabulary() throws IOException {
    Path file = temp.resolve("sd2.safetensors");
    synthesize(file, Checkpoints.f32());

    Run run = Cli.run("tokenize", file, "“cat!”", "--cleaning", "openai", "--bang", "as-text");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("Note: a single file has no tokenizer: these are tokens of CLIP's own")
        .containsPattern("cat</w> +2368")
        .containsPattern("!\"</w> +2947")
        .contains("5 tokens, then 72 times the pad token ! (0)");
  }

  @Test
  void aSingleFileOfAnotherSizeIsRefused() {
    Run run = Cli.run("tokenize", Checkpoints.singleFile(), "cat");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("has 574 tokens", "49,408");
  }

  @Test
  void failsInOneLine() {
    Run missing = Cli.run("tokenize", temp, "cat");
    assertThat(missing.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(missing.err()).contains("vocab.json: there is no such file or folder");
    Run wrong = Cli.run("tokenize", temp, "cat", "--cleaning=none");
    assertThat(wrong.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(wrong.err()).contains("none of diffusers-fast, diffusers-slow, openai");
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  static void synthesize(Path file, Path sizes) throws IOException {
    ModelConfig small = ModelConfig.read(sizes);
    TextEncoderConfig text = small.textEncoder();
    ModelConfig config =
        new ModelConfig(
            small.unet(),
            small.vae(),
            new TextEncoderConfig(
                49_408,
                text.hiddenSize(),
                text.intermediateSize(),
                text.numHiddenLayers(),
                text.numAttentionHeads(),
                text.maxPositionEmbeddings(),
                text.hiddenAct(),
                text.projectionDim(),
                text.layerNormEps()));
    new Sd2Synthesizer(config, DType.F16, 1)
        .write(file, CheckpointLayout.SINGLE_FILE, false, bytes -> {});
  }
}
