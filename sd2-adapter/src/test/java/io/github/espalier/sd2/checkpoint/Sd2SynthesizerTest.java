package io.github.espalier.sd2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.NdArrays;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Sd2SynthesizerTest {
  @TempDir Path folder;

  /** Sizes of the files at stabilityai's repositories, as their LFS pointers give them. */
  @Test
  void fullSizeFilesHaveThePublishedSizes() {
    Sd2Synthesizer single = new Sd2Synthesizer(ModelConfig.sd2(), DType.F32, 0);
    assertThat(single.fileSizes(CheckpointLayout.DIFFUSERS))
        .containsEntry("unet/diffusion_pytorch_model.safetensors", 3_463_726_498L)
        .containsEntry("text_encoder/model.safetensors", 1_361_597_018L);
    assertThat(single.fileSizes(CheckpointLayout.SINGLE_FILE)).containsEntry("", 5_214_604_312L);

    Sd2Synthesizer half = new Sd2Synthesizer(ModelConfig.sd2(), DType.F16, 0);
    assertThat(half.fileSizes(CheckpointLayout.DIFFUSERS))
        .containsEntry("text_encoder/model.safetensors", 680_821_096L);

    Sd2Synthesizer inpainting = new Sd2Synthesizer(ModelConfig.sd2Inpainting(), DType.F32, 0);
    assertThat(inpainting.fileSizes(CheckpointLayout.DIFFUSERS))
        .containsEntry("unet/diffusion_pytorch_model.safetensors", 3_463_784_116L);
    Sd2Synthesizer halfInpainting = new Sd2Synthesizer(ModelConfig.sd2Inpainting(), DType.F16, 0);
    assertThat(halfInpainting.fileSizes(CheckpointLayout.DIFFUSERS))
        .containsEntry("unet/diffusion_pytorch_model.safetensors", 1_731_933_536L);
  }

  private static ModelConfig small() throws IOException {
    return ModelConfig.read(TestCheckpoints.resource("small-f16"));
  }

  @ParameterizedTest
  @EnumSource(CheckpointLayout.class)
  void whatIsWrittenOpensAndHasTheSizesForetold(CheckpointLayout layout) throws IOException {
    for (DType dtype : new DType[] {DType.F16, DType.F32}) {
      Sd2Synthesizer synthesizer = new Sd2Synthesizer(small(), dtype, 7);
      Path target = folder.resolve(dtype + ".safetensors");
      AtomicLong written = new AtomicLong();
      synthesizer.write(target, layout, false, written::addAndGet);
      assertThat(written).hasValue(synthesizer.dataBytes(layout));
      for (Map.Entry<String, Long> file : synthesizer.fileSizes(layout).entrySet()) {
        assertThat(target.resolve(file.getKey())).hasSize(file.getValue());
      }
      try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(target)) {
        assertThat(checkpoint.layout()).isEqualTo(layout);
        assertThat(checkpoint.layers())
            .filteredOn(layer -> layer.kind() != LayerKind.OTHER)
            .hasSize(52 + 686 + 248)
            .allMatch(layer -> layer.dtype() == dtype);
      }
    }
  }

  @Test
  void theSeedFixesTheBytes() throws IOException {
    for (long seed : new long[] {1, 1, 2}) {
      Path target = folder.resolve(seed + "-" + TestCheckpoints.names(folder).size());
      new Sd2Synthesizer(small(), DType.F16, seed)
          .write(target, CheckpointLayout.DIFFUSERS, false, bytes -> {});
    }
    var first = TestCheckpoints.content(folder.resolve("1-0"));
    assertThat(TestCheckpoints.content(folder.resolve("1-1"))).isEqualTo(first);
    assertThat(TestCheckpoints.content(folder.resolve("2-2"))).isNotEqualTo(first);
  }

  /** With all of CLIP's tokens, but otherwise small. */
  @Test
  void aTextEncoderWithClipsTokensGetsClipsTokenizer() throws IOException {
    ModelConfig config = TestCheckpoints.withClipsTokens(small());
    Path target = folder.resolve("out");

    new Sd2Synthesizer(config, DType.F16, 1)
        .write(target, CheckpointLayout.DIFFUSERS, false, bytes -> {});

    assertThat(ClipTokenizer.read(target.resolve("tokenizer")).encode("a cat!").ids())
        .isEqualTo(ClipTokenizer.openAi().encode("a cat!").ids());

    Path without = folder.resolve("without");
    new Sd2Synthesizer(small(), DType.F16, 1)
        .write(without, CheckpointLayout.DIFFUSERS, false, bytes -> {});
    assertThat(TestCheckpoints.names(without.resolve("tokenizer")))
        .containsExactlyInAnyOrder("special_tokens_map.json", "tokenizer_config.json");
  }

  @Test
  void weightsAreGaussianWithTheDeviationOfTheirInputs() throws IOException {
    Path target = folder.resolve("out");
    new Sd2Synthesizer(small(), DType.F32, 3)
        .write(target, CheckpointLayout.DIFFUSERS, false, bytes -> {});
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(target);
        TensorScope scope = new TensorScope()) {
      Layer table =
          checkpoint.layers().stream()
              .filter(layer -> layer.name().endsWith("token_embedding.weight"))
              .findFirst()
              .orElseThrow();
      var weights = scope.floats(checkpoint.weights(table), table.rows(), table.columns());
      double mean = NdArrays.sum(weights) / weights.length();
      double variance = NdArrays.sumOfSquares(weights) / weights.length();
      // Five standard errors of 9,184 draws with deviation 1/4: of the mean 0.25 / 96, of the
      // variance 0.0625 * sqrt(2) / 96.
      assertThat(mean).isCloseTo(0, within(5 * 0.25 / 96));
      assertThat(variance).isCloseTo(1.0 / 16, within(5 * 0.0625 * Math.sqrt(2) / 96));
    }
  }

  @Test
  void anExistingTargetAndOtherTypesAreRefused() throws IOException {
    Path target = Files.createFile(folder.resolve("mine"));
    Sd2Synthesizer synthesizer = new Sd2Synthesizer(small(), DType.F16, 1);
    assertThatThrownBy(
            () -> synthesizer.write(target, CheckpointLayout.DIFFUSERS, false, bytes -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(TestCheckpoints.names(folder)).containsExactly("mine");
    assertThatThrownBy(() -> new Sd2Synthesizer(small(), DType.BF16, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BF16");
  }
}
