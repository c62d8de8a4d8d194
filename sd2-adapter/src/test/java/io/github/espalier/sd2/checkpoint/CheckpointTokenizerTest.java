package io.github.espalier.sd2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tokenizer belongs to a checkpoint. */
class CheckpointTokenizerTest {
  @TempDir Path temp;

  private static ClipTokenizer tokenizer(Path path) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(path)) {
      return checkpoint.tokenizer();
    }
  }

  private Path synthesize(ModelConfig config, CheckpointLayout layout) throws IOException {
    Path path = temp.resolve(layout + ".safetensors");
    new Sd2Synthesizer(config, DType.F16, 1).write(path, layout, false, bytes -> {});
    return path;
  }

  private static ModelConfig withPositions(ModelConfig config, int positions) {
    TextEncoderConfig text = config.textEncoder();
    return new ModelConfig(
        config.unet(),
        config.vae(),
        new TextEncoderConfig(
            text.vocabSize(),
            text.hiddenSize(),
            text.intermediateSize(),
            text.numHiddenLayers(),
            text.numAttentionHeads(),
            positions,
            text.hiddenAct(),
            text.projectionDim(),
            text.layerNormEps()));
  }

  @ParameterizedTest
  @CsvSource({"small-f32, !", "small-sd15, <|endoftext|>"})
  void aSingleFileHasClipsWithItsOwnPaddingAndLength(String name, String pad) throws IOException {
    ModelConfig small = ModelConfig.read(TestCheckpoints.resource(name));
    ModelConfig config = withPositions(TestCheckpoints.withClipsTokens(small), 20);

    ClipTokenizer single = tokenizer(synthesize(config, CheckpointLayout.SINGLE_FILE));

    assertThat(single.vocabularySize()).isEqualTo(49_408);
    assertThat(single.token(single.padId())).isEqualTo(pad);
    assertThat(single.maxLength()).isEqualTo(20);
    ClipTokenizer folders = tokenizer(synthesize(config, CheckpointLayout.DIFFUSERS));
    assertThat(single).hasToString(folders.toString());
    assertThat(single.encode("a cat!").ids()).isEqualTo(folders.encode("a cat!").ids());
  }

  @Test
  void aFolderHasItsOwn() throws IOException {
    Path folder = TestCheckpoints.resource("small-f32");
    assertThat(tokenizer(folder))
        .hasToString(ClipTokenizer.read(folder.resolve("tokenizer")).toString());
  }

  @Test
  void aSingleFileWithOtherTokensHasNone() {
    Path file = TestCheckpoints.resource("small-f32.safetensors");
    assertThatThrownBy(() -> tokenizer(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContainingAll(file.toString(), "has 574 tokens", "49,408");
  }
}
