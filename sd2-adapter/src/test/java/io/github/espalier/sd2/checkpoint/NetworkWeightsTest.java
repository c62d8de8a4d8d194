package io.github.espalier.sd2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.model.RewriteOptions.StorageFormat;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.methods.magnitude.Magnitude;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.unet.Unet;
import io.github.espalier.sd2.vae.VaeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of a checkpoint do the same however their weights are stored. */
class NetworkWeightsTest {
  @TempDir Path folder;

  private static void assertSame(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSize(expected.size());
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
      for (float each : actual.get(i)) {
        assertThat(each).isFinite();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F32", "F64"})
  void weightsOfAnyTypeActAsTheirValues(DType type) throws IOException {
    Path narrow = Retyping.copy(folder.resolve("narrow"), type, type);
    Path wide = Retyping.copy(folder.resolve("wide"), type, DType.F32);
    assertSame(NetworkOutputs.of(narrow), NetworkOutputs.of(wide));
  }

  @Test
  void roundingWeightsChangesTheOutputs() throws IOException {
    Path rounded = Retyping.copy(folder.resolve("rounded"), DType.F16, DType.F32);
    List<float[]> outputs = NetworkOutputs.of(rounded);
    List<float[]> others = NetworkOutputs.of(TestCheckpoints.resource("small-f32"));
    for (int i = 0; i < outputs.size(); i++) {
      assertThat(outputs.get(i)).isNotEqualTo(others.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small-f16", "small-f32", "small-sd15", "small-f16.safetensors"})
  void theSparseFormatActsAsTheDenseOne(String name) throws IOException {
    Path dense = folder.resolve(name.replace("small", "dense"));
    Path sparse = folder.resolve(name.replace("small", "sparse"));
    prune(TestCheckpoints.resource(name), dense, StorageFormat.DENSE);
    prune(TestCheckpoints.resource(name), sparse, StorageFormat.SPARSE);
    assertSame(NetworkOutputs.of(sparse), NetworkOutputs.of(dense));
  }

  private static void prune(Path source, Path target, StorageFormat format) throws IOException {
    Magnitude magnitude = Magnitude.withDefaults();
    PruningPlan plan =
        PruningPlan.builder()
            .prune(Sd2Checkpoint.TEXT_ENCODER, magnitude, Sparsity.of(0.6))
            .prune(Sd2Checkpoint.UNET, magnitude, Sparsity.of(0.6))
            .prune(Sd2Checkpoint.VAE, magnitude, Sparsity.of(0.6))
            .build();
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source)) {
      Pruner.create()
          .withOptions(RewriteOptions.withDefaults().withFormat(format).withDurable(false))
          .prune(checkpoint, plan, target);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small-f16", "small-f32", "small-sd15"})
  void aSingleFileActsAsTheFolder(String name) throws IOException {
    Path plain = TestCheckpoints.resource(name);
    assertSame(
        NetworkOutputs.of(TestCheckpoints.resource(name + ".safetensors"), ModelConfig.read(plain)),
        NetworkOutputs.of(plain));
  }

  @Test
  void oldNamesAndShardsActAsThePlainFolders() throws IOException {
    Path old = TestCheckpoints.copy(folder.resolve("old"), "small-f32", "variants/old-names");
    assertSame(NetworkOutputs.of(old), NetworkOutputs.of(TestCheckpoints.resource("small-f32")));
    Path shards = TestCheckpoints.copy(folder.resolve("shards"), "small-f16", "variants/sharded");
    assertSame(NetworkOutputs.of(shards), NetworkOutputs.of(TestCheckpoints.resource("small-f16")));
  }

  @FunctionalInterface
  private interface Loading {
    void run(ModelConfig config, Sd2Checkpoint checkpoint) throws IOException;
  }

  private static void assertRefused(Loading loading, String... parts) throws IOException {
    Path path = TestCheckpoints.resource("small-f16");
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(path)) {
      assertThatThrownBy(() -> loading.run(checkpoint.config(), checkpoint))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining(path.toString())
          .hasMessageContainingAll(parts);
    }
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    assertRefused(
        (config, checkpoint) -> {
          try (Parameters none = new Parameters(checkpoint, Sd2Checkpoint.VAE)) {
            ClipTextEncoder.load(config.textEncoder(), none);
          }
        },
        "text_model.embeddings.token_embedding.weight",
        "missing",
        "[574, 16]");
    assertRefused(
        (config, checkpoint) -> {
          try (Parameters own = new Parameters(checkpoint, Sd2Checkpoint.UNET)) {
            Unet.load(config.unet().toBuilder().layersPerBlock(3).build(), own);
          }
        },
        "down_blocks.0.resnets.2.norm1.weight",
        "missing");
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() throws IOException {
    assertRefused(
        (config, checkpoint) -> {
          try (Parameters own = new Parameters(checkpoint, Sd2Checkpoint.UNET)) {
            Unet.load(config.unet().toBuilder().inChannels(9).build(), own);
          }
        },
        "conv_in.weight",
        "[4, 4, 3, 3]",
        "[4, 9, 3, 3]");
    assertRefused(
        (config, checkpoint) -> {
          try (Parameters own = new Parameters(checkpoint, Sd2Checkpoint.UNET)) {
            Unet.load(config.unet().toBuilder().useLinearProjection(false).build(), own);
          }
        },
        "proj_in.weight",
        "[4, 4]",
        "[4, 4, 1, 1]");
    assertRefused(
        (config, checkpoint) -> {
          try (Parameters other = new Parameters(checkpoint, Sd2Checkpoint.UNET)) {
            VaeDecoder.load(config.vae(), other);
          }
        },
        "post_quant_conv.weight",
        "missing");
  }
}
