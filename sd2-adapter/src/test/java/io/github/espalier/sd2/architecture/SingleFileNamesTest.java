package io.github.espalier.sd2.architecture;

import static io.github.espalier.sd2.architecture.Sd2Component.TEXT_ENCODER;
import static io.github.espalier.sd2.architecture.Sd2Component.UNET;
import static io.github.espalier.sd2.architecture.Sd2Component.VAE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SingleFileNamesTest {
  private static final SingleFileNames SD2 =
      SingleFileNames.of(ModelConfig.sd2(), TextEncoderStyle.OPEN_CLIP, VaeAttentionNames.NEW);
  private static final SingleFileNames SD15 =
      SingleFileNames.of(ModelConfig.sd15(), TextEncoderStyle.HUGGING_FACE, VaeAttentionNames.NEW);
  private static final String ATTENTION_MASK = "cond_stage_model.model.attn_mask";

  @Test
  void sd2MapsEveryTensorOfTheReference() {
    Map<String, Shape> file = Golden.sd2("single_file");
    SingleFileContents contents = SD2.classify(file);
    assertThat(contents.complete()).isTrue();
    assertThat(contents.unknown()).isEmpty();
    assertThat(contents.found()).hasSize(686 + 248 + 372);
    assertThat(found(contents, UNET)).isEqualTo(Golden.sd2("unet"));
    assertThat(found(contents, VAE)).isEqualTo(Golden.sd2("vae"));
    assertThat(found(contents, TEXT_ENCODER)).isEqualTo(Golden.sd2("text_encoder"));
  }

  private static Map<String, Shape> found(SingleFileContents contents, Sd2Component component) {
    return Golden.asMap(
        contents.found().stream()
            .filter(each -> each.component() == component)
            .map(Correspondence::tensor)
            .toList());
  }

  @Test
  void sd2AndItsExtrasAreThePublishedFile() {
    assertThat(SD2.singleFileTensors()).hasSize(1_214);
    assertThat(SD2.publishedExtras()).hasSize(26);
    Map<String, Shape> all = new TreeMap<>(SD2.singleFileTensors());
    all.putAll(SD2.publishedExtras());
    assertThat(all).hasSize(1_240);
    assertThat(all.values().stream().mapToLong(Shape::elements).sum()).isEqualTo(1_303_609_228L);
    Map<String, Shape> reference = new TreeMap<>(Golden.sd2("single_file"));
    assertThat(reference.remove(ATTENTION_MASK)).isEqualTo(Shape.of(77, 77));
    assertThat(all).isEqualTo(reference);
  }

  @Test
  void sd2LeavesOverWhatTheFolderHasNoPlaceFor() {
    List<Extra> extras = SD2.classify(Golden.sd2("single_file")).extras();
    assertThat(extras).hasSize(12 + 1 + 1 + 1 + 12);
    assertThat(extras)
        .filteredOn(extra -> extra.reason().startsWith("text block 24"))
        .hasSize(12)
        .allMatch(
            extra -> extra.name().startsWith("cond_stage_model.model.transformer.resblocks.23."));
    assertThat(extras).filteredOn(extra -> extra.reason().contains("schedule")).hasSize(12);
    assertThat(extras)
        .filteredOn(extra -> extra.name().startsWith("cond_stage_model.model."))
        .extracting(Extra::name)
        .contains(
            "cond_stage_model.model.text_projection",
            "cond_stage_model.model.logit_scale",
            ATTENTION_MASK);
  }

  @ParameterizedTest
  @CsvSource({
    "UNET,down_blocks.0.resnets.0.conv1.weight,input_blocks.1.0.in_layers.2.weight",
    "UNET,down_blocks.0.attentions.1.transformer_blocks.0.attn2.to_k.weight,"
        + "input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight",
    "UNET,down_blocks.0.downsamplers.0.conv.weight,input_blocks.3.0.op.weight",
    "UNET,down_blocks.1.resnets.0.conv_shortcut.weight,input_blocks.4.0.skip_connection.weight",
    "UNET,down_blocks.3.resnets.1.time_emb_proj.weight,input_blocks.11.0.emb_layers.1.weight",
    "UNET,mid_block.resnets.1.norm2.weight,middle_block.2.out_layers.0.weight",
    "UNET,up_blocks.0.upsamplers.0.conv.weight,output_blocks.2.1.conv.weight",
    "UNET,up_blocks.1.upsamplers.0.conv.weight,output_blocks.5.2.conv.weight",
    "UNET,up_blocks.3.attentions.2.proj_out.weight,output_blocks.11.1.proj_out.weight",
    "UNET,conv_norm_out.bias,out.0.bias",
    "UNET,time_embedding.linear_2.weight,time_embed.2.weight",
    "VAE,decoder.up_blocks.0.resnets.2.conv2.weight,decoder.up.3.block.2.conv2.weight",
    "VAE,decoder.up_blocks.2.resnets.0.conv_shortcut.weight,"
        + "decoder.up.1.block.0.nin_shortcut.weight",
    "VAE,encoder.mid_block.attentions.0.to_q.weight,encoder.mid.attn_1.q.weight",
    "VAE,encoder.mid_block.attentions.0.query.weight,encoder.mid.attn_1.q.weight",
    "VAE,decoder.mid_block.attentions.0.proj_attn.bias,decoder.mid.attn_1.proj_out.bias",
    "TEXT_ENCODER,text_model.embeddings.position_embedding.weight,positional_embedding",
    "TEXT_ENCODER,text_model.encoder.layers.5.self_attn.k_proj.bias,"
        + "transformer.resblocks.5.attn.in_proj_bias",
  })
  void sd2NamesAreThoseOfTheReference(Sd2Component component, String name, String expected) {
    String prefix =
        switch (component) {
          case UNET -> "model.diffusion_model.";
          case VAE -> "first_stage_model.";
          case TEXT_ENCODER -> "cond_stage_model.model.";
        };
    assertThat(SD2.locate(component, name))
        .map(Correspondence::singleFileName)
        .contains(prefix + expected);
    assertThat(Golden.sd2("single_file")).containsKey(prefix + expected);
  }

  @Test
  void queryKeyAndValueAreThirdsOfTheFusedRows() {
    String weight = "cond_stage_model.model.transformer.resblocks.5.attn.in_proj_weight";
    List<Correspondence> thirds = SD2.madeFrom(weight);
    assertThat(thirds)
        .extracting(each -> each.tensor().name())
        .containsExactly(
            "text_model.encoder.layers.5.self_attn.q_proj.weight",
            "text_model.encoder.layers.5.self_attn.k_proj.weight",
            "text_model.encoder.layers.5.self_attn.v_proj.weight");
    assertThat(thirds).extracting(Correspondence::firstRow).containsExactly(0L, 1024L, 2048L);
    assertThat(thirds)
        .allMatch(each -> each.rows() == 1024 && each.fused())
        .allMatch(each -> each.singleFileShape().equals(Shape.of(3072, 1024)));
    assertThat(thirds.get(2).firstElement()).isEqualTo(2L * 1024 * 1024);
  }

  @Test
  void attentionOfTheVaeIsMadeOfConvolutions() {
    Correspondence query =
        SD2.locate(VAE, "encoder.mid_block.attentions.0.to_q.weight").orElseThrow();
    assertThat(query.tensor().shape()).isEqualTo(Shape.of(512, 512));
    assertThat(query.singleFileShape()).isEqualTo(Shape.of(512, 512, 1, 1));
    assertThat(query.fused()).isFalse();
    assertThat(query.firstElement()).isZero();
  }

  @Test
  void theFoldersVaeNamesAreKept() {
    SingleFileNames old =
        SingleFileNames.of(ModelConfig.sd2(), TextEncoderStyle.OPEN_CLIP, VaeAttentionNames.OLD);
    assertThat(old.madeFrom("first_stage_model.decoder.mid.attn_1.proj_out.weight"))
        .extracting(each -> each.tensor().name())
        .containsExactly("decoder.mid_block.attentions.0.proj_attn.weight");
    assertThat(old.locate(VAE, "decoder.mid_block.attentions.0.to_out.0.weight")).isPresent();
    assertThat(old.singleFileTensors()).isEqualTo(SD2.singleFileTensors());
  }

  @Test
  void sd1KeepsTheNamesOfTransformers() {
    String name = "text_model.encoder.layers.11.self_attn.q_proj.weight";
    Correspondence query = SD15.locate(TEXT_ENCODER, name).orElseThrow();
    assertThat(query.singleFileName()).isEqualTo("cond_stage_model.transformer." + name);
    assertThat(query.fused()).isFalse();
    assertThat(SD15.singleFileTensors()).hasSize(686 + 248 + 196);
    assertThat(SD15.publishedExtras()).hasSize(12);
    Correspondence projection =
        SD15.locate(UNET, "mid_block.attentions.0.proj_in.weight").orElseThrow();
    assertThat(projection.tensor().kind()).isEqualTo(LayerKind.CONV2D);
    assertThat(projection.singleFileShape()).isEqualTo(Shape.of(1280, 1280, 1, 1));
  }

  @Test
  void positionIdsMayBeThereOrNot() {
    String singleFileName = "cond_stage_model.transformer.text_model.embeddings.position_ids";
    Map<String, Shape> file = new LinkedHashMap<>(SD15.singleFileTensors());
    assertThat(file).doesNotContainKey(singleFileName);
    assertThat(SD15.classify(file).complete()).isTrue();

    file.put(singleFileName, Shape.of(1, 77));
    SingleFileContents contents = SD15.classify(file);
    assertThat(contents.complete()).isTrue();
    assertThat(contents.found()).hasSize(686 + 248 + 197).last().matches(Correspondence::optional);
    assertThat(SD15.locate(TEXT_ENCODER, TextEncoderArchitecture.POSITION_IDS)).isPresent();
    assertThat(SD2.locate(TEXT_ENCODER, TextEncoderArchitecture.POSITION_IDS)).isEmpty();
  }

  @Test
  void otherTensorsAreToldApart() {
    Map<String, Shape> file = new LinkedHashMap<>(SD2.singleFileTensors());
    file.put("model_ema.decay", Shape.of());
    file.put("model_ema.diffusion_modelinput_blocks00weight", Shape.of(320, 4, 3, 3));
    file.put("first_stage_model.loss.logvar", Shape.of());
    file.put("cond_stage_model.model.transformer.resblocks.24.ln_1.bias", Shape.of(1024));
    file.put("cond_stage_model.model.transformer.resblocks.230.ln_1.bias", Shape.of(1024));
    file.put("lora.up", Shape.of(4));
    SingleFileContents contents = SD2.classify(file);
    assertThat(contents.complete()).isTrue();
    assertThat(contents.extras())
        .extracting(Extra::name)
        .containsExactly(
            "model_ema.decay",
            "model_ema.diffusion_modelinput_blocks00weight",
            "first_stage_model.loss.logvar");
    assertThat(contents.unknown())
        .containsExactly(
            "cond_stage_model.model.transformer.resblocks.24.ln_1.bias",
            "cond_stage_model.model.transformer.resblocks.230.ln_1.bias",
            "lora.up");
  }

  @Test
  void missingAndMisshapenTensorsAreReported() {
    Map<String, Shape> file = new LinkedHashMap<>(SD2.singleFileTensors());
    file.remove("cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias");
    file.put("model.diffusion_model.out.2.bias", Shape.of(8));
    SingleFileContents contents = SD2.classify(file);
    assertThat(contents.complete()).isFalse();
    assertThat(contents.missing()).hasSize(3);
    assertThat(contents.misshapen())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.found()).isEqualTo(Shape.of(8));
              assertThat(each.expected().tensor().name()).isEqualTo("conv_out.bias");
            });
  }

  @Test
  void namesThatAreNotPartOfTheModelAreNowhere() {
    assertThat(SD2.locate(UNET, "conv_in")).isEmpty();
    assertThat(SD2.locate(VAE, "conv_in.weight")).isEmpty();
    assertThat(SD2.madeFrom("betas")).isEmpty();
  }

  @Test
  void correspondencesCheckTheirRows() {
    ArchitectureTensor tensor =
        new ArchitectureTensor("a.weight", Shape.of(2, 3), LayerKind.LINEAR);
    assertThatThrownBy(() -> new Correspondence(TEXT_ENCODER, tensor, "b", Shape.of(6, 3), 5, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 rows from 5 of b [6, 3] are not a.weight [2, 3]");
    assertThatThrownBy(() -> new Correspondence(TEXT_ENCODER, tensor, "b", Shape.of(), 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
