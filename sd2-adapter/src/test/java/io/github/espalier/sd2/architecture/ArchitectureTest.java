package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchitectureTest {
  private static final List<ArchitectureTensor> UNET = UnetArchitecture.tensors(UnetConfig.sd2());
  private static final List<ArchitectureTensor> VAE =
      VaeArchitecture.tensors(VaeConfig.sd2(), VaeAttentionNames.NEW);
  private static final List<ArchitectureTensor> TEXT =
      TextEncoderArchitecture.tensors(TextEncoderConfig.sd2());

  private static long parameters(List<ArchitectureTensor> tensors) {
    return parameters(tensors, tensor -> true);
  }

  private static long parameters(
      List<ArchitectureTensor> tensors, Predicate<ArchitectureTensor> which) {
    return tensors.stream().filter(which).mapToLong(tensor -> tensor.shape().elements()).sum();
  }

  private static long count(List<ArchitectureTensor> tensors, Predicate<ArchitectureTensor> which) {
    return tensors.stream().filter(which).count();
  }

  private static Predicate<ArchitectureTensor> kind(LayerKind kind) {
    return tensor -> tensor.kind() == kind;
  }

  private static Predicate<ArchitectureTensor> conv(int kernel) {
    return tensor -> tensor.kind() == LayerKind.CONV2D && tensor.shape().extent(2) == kernel;
  }

  @Test
  void sd2HasTheNamesAndShapesOfTheReference() {
    assertThat(Golden.asMap(UNET)).isEqualTo(Golden.sd2("unet"));
    assertThat(Golden.asMap(VAE)).isEqualTo(Golden.sd2("vae"));
    assertThat(Golden.asMap(TEXT)).isEqualTo(Golden.sd2("text_encoder"));
  }

  @Test
  void sd2TextEncoderHasThePublishedCounts() {
    assertThat(TEXT).hasSize(372);
    assertThat(parameters(TEXT)).isEqualTo(340_387_840);
    assertThat(count(TEXT, kind(LayerKind.LINEAR))).isEqualTo(138);
    assertThat(parameters(TEXT, kind(LayerKind.LINEAR))).isEqualTo(289_406_976);
    assertThat(count(TEXT, kind(LayerKind.EMBEDDING))).isEqualTo(2);
    assertThat(parameters(TEXT, kind(LayerKind.EMBEDDING))).isEqualTo(50_672_640);
    assertThat(count(TEXT, kind(LayerKind.NORM))).isEqualTo(47);
    assertThat(parameters(TEXT, kind(LayerKind.NORM))).isEqualTo(48_128);
    assertThat(parameters(TEXT, kind(LayerKind.BIAS))).isEqualTo(260_096);
  }

  @Test
  void sd2UnetHasThePublishedCounts() {
    assertThat(UNET).hasSize(686);
    assertThat(parameters(UNET)).isEqualTo(865_910_724);
    assertThat(count(UNET, kind(LayerKind.LINEAR))).isEqualTo(216);
    assertThat(parameters(UNET, kind(LayerKind.LINEAR))).isEqualTo(301_219_840);
    assertThat(count(UNET, kind(LayerKind.CONV2D))).isEqualTo(66);
    assertThat(count(UNET, conv(3))).isEqualTo(52);
    assertThat(parameters(UNET, conv(3))).isEqualTo(541_002_240);
    assertThat(count(UNET, conv(1))).isEqualTo(14);
    assertThat(parameters(UNET, conv(1))).isEqualTo(23_244_800);
    assertThat(count(UNET, kind(LayerKind.NORM))).isEqualTo(61 + 48);
    assertThat(parameters(UNET, kind(LayerKind.NORM))).isEqualTo(100_160);
    assertThat(parameters(UNET, kind(LayerKind.BIAS))).isEqualTo(343_684);
  }

  @Test
  void sd2VaeHasThePublishedCounts() {
    assertThat(VAE).hasSize(248);
    assertThat(parameters(VAE)).isEqualTo(83_653_863);
    assertThat(count(VAE, kind(LayerKind.LINEAR))).isEqualTo(8);
    assertThat(parameters(VAE, kind(LayerKind.LINEAR))).isEqualTo(2_097_152);
    assertThat(count(VAE, conv(3))).isEqualTo(58);
    assertThat(parameters(VAE, conv(3))).isEqualTo(81_163_008);
    assertThat(count(VAE, conv(1))).isEqualTo(6);
    assertThat(parameters(VAE, conv(1))).isEqualTo(327_760);
    assertThat(parameters(VAE, kind(LayerKind.NORM))).isEqualTo(19_840);
    assertThat(parameters(VAE, kind(LayerKind.BIAS))).isEqualTo(46_103);
    assertThat(parameters(VAE, tensor -> tensor.name().startsWith("encoder.")))
        .isEqualTo(34_163_592);
  }

  @Test
  void siblingsHaveThePublishedTotals() {
    assertThat(parameters(UnetArchitecture.tensors(UnetConfig.sd2Inpainting())))
        .isEqualTo(865_910_724 + 14_400);
    assertThat(parameters(UnetArchitecture.tensors(UnetConfig.sd15()))).isEqualTo(859_520_964);
    assertThat(parameters(TextEncoderArchitecture.tensors(TextEncoderConfig.sd15())))
        .isEqualTo(123_060_480);
  }

  @Test
  void timeEmbeddingsAreTwoLayersAndOneForEachResidualBlock() {
    assertThat(UNET)
        .filteredOn(kind(LayerKind.LINEAR))
        .filteredOn(tensor -> UnetArchitecture.isTimeEmbedding(tensor.name()))
        .hasSize(2 + 22)
        .allMatch(tensor -> UnetArchitecture.isTimeEmbedding(tensor.module()));
    assertThat(parameters(UNET, tensor -> tensor.name().endsWith("time_emb_proj.weight")))
        .isEqualTo(25_804_800);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conv_in.weight",
        "time_embedding.linear_3",
        "time_embedding.linear_1.weight.other",
        "down_blocks.0.resnets.0.conv1.weight",
        "x.time_emb_proj",
        ""
      })
  void otherNamesAreNoTimeEmbeddings(String name) {
    assertThat(UnetArchitecture.isTimeEmbedding(name)).isFalse();
  }

  @Test
  void vaeListsTheAttentionNamesAskedFor() {
    List<ArchitectureTensor> old = VaeArchitecture.tensors(VaeConfig.sd2(), VaeAttentionNames.OLD);
    assertThat(Golden.asMap(old))
        .containsEntry("encoder.mid_block.attentions.0.query.weight", Shape.of(512, 512))
        .containsEntry("decoder.mid_block.attentions.0.proj_attn.bias", Shape.of(512))
        .containsEntry("decoder.mid_block.attentions.0.group_norm.bias", Shape.of(512))
        .doesNotContainKey("encoder.mid_block.attentions.0.to_q.weight")
        .hasSize(248);
    assertThat(old.stream().map(tensor -> VaeAttentionNames.NEW.rename(tensor.name())))
        .containsExactlyElementsOf(VAE.stream().map(ArchitectureTensor::name).toList());
  }

  @Test
  void positionIdsAreAnOptionalBuffer() {
    assertThat(TextEncoderArchitecture.optionalTensors(TextEncoderConfig.sd2()))
        .containsExactly(
            new ArchitectureTensor(
                "text_model.embeddings.position_ids", Shape.of(1, 77), LayerKind.OTHER));
    assertThat(Golden.asMap(TEXT)).doesNotContainKey(TextEncoderArchitecture.POSITION_IDS);
  }

  @Test
  void tensorsKnowTheirModule() {
    assertThat(UNET.get(0).module()).isEqualTo("conv_in");
    assertThat(new ArchitectureTensor("scale", Shape.of(), LayerKind.OTHER).module()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sd2-small", "sd1-small", "two-blocks", "one-block", "shrinking"})
  void smallModelsHaveTheNamesAndShapesOfTheReference(String model, @TempDir Path folder)
      throws IOException {
    JsonNode golden = Golden.smallModels().get(model);
    Path file = folder.resolve("config.json");

    Files.writeString(file, golden.get("unet").get("config").toString());
    assertThat(Golden.asMap(UnetArchitecture.tensors(UnetConfig.read(file))))
        .isEqualTo(Golden.tensors(golden.get("unet")));

    Files.writeString(file, golden.get("vae").get("config").toString());
    assertThat(Golden.asMap(VaeArchitecture.tensors(VaeConfig.read(file), VaeAttentionNames.NEW)))
        .isEqualTo(Golden.tensors(golden.get("vae")));

    Files.writeString(file, golden.get("text_encoder").get("config").toString());
    assertThat(Golden.asMap(TextEncoderArchitecture.tensors(TextEncoderConfig.read(file))))
        .isEqualTo(Golden.tensors(golden.get("text_encoder")));
  }
}
