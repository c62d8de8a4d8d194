package io.github.espalier.sd2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Sd2ConverterTest {
  private static final ConversionOptions DEFAULTS = ConversionOptions.withDefaults();

  @TempDir Path folder;

  private static List<String> convert(
      Path source, CheckpointLayout layout, Path target, ConversionOptions options)
      throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source)) {
      return Sd2Converter.convert(checkpoint, layout, target, options, bytes -> {});
    }
  }

  private static Map<String, ByteBuffer> tensors(Path file) throws IOException {
    Map<String, ByteBuffer> tensors = new TreeMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      for (String name : open.names()) {
        TensorData data = open.tensor(name);
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(data.byteSize()));
        data.read(0, bytes);
        tensors.put(name + " " + data.dtype() + data.shape(), bytes.flip());
      }
    }
    return tensors;
  }

  /** The single files were made in Python from the same folders, by rules of their own. */
  @ParameterizedTest
  @ValueSource(strings = {"small-f16", "small-f32", "small-sd15"})
  void aFolderBecomesTheSingleFileOfTheSameModel(String name) throws IOException {
    Path target = folder.resolve("m.safetensors");
    convert(TestCheckpoints.resource(name), CheckpointLayout.SINGLE_FILE, target, DEFAULTS);
    Map<String, ByteBuffer> made = tensors(target);
    Map<String, ByteBuffer> expected = tensors(TestCheckpoints.resource(name + ".safetensors"));
    Map<String, ByteBuffer> extras = new TreeMap<>(expected);
    extras.keySet().removeAll(made.keySet());
    assertThat(expected).containsAllEntriesOf(modelOnly(made));
    // What only an original file has: the unused block, the projection and the temperature, an
    // index buffer; and the schedule, if the file stores it in its own type.
    assertThat(extras.keySet())
        .allMatch(
            key ->
                key.startsWith("cond_stage_model.model.transformer.resblocks.3.")
                    || key.startsWith("cond_stage_model.model.text_projection")
                    || key.startsWith("cond_stage_model.model.logit_scale")
                    || key.contains("position_ids")
                    || !key.contains("_model."));
  }

  private static Map<String, ByteBuffer> modelOnly(Map<String, ByteBuffer> tensors) {
    Map<String, ByteBuffer> model = new TreeMap<>(tensors);
    model.keySet().removeIf(name -> !name.contains("_model."));
    return model;
  }

  @ParameterizedTest
  @ValueSource(strings = {"small-f16", "small-f32", "small-sd15"})
  void aSingleFileBecomesTheFolderAndComesBackWhole(String name) throws IOException {
    Path original = TestCheckpoints.resource(name + ".safetensors");
    Path made = folder.resolve("folder");
    Path back = folder.resolve("back.safetensors");
    Path configs = TestCheckpoints.resource(name);
    convert(original, CheckpointLayout.DIFFUSERS, made, DEFAULTS.withConfigFolder(configs));
    for (String file :
        List.of(
            "text_encoder/model.safetensors",
            "unet/diffusion_pytorch_model.safetensors",
            "vae/diffusion_pytorch_model.safetensors")) {
      Map<String, ByteBuffer> found = tensors(made.resolve(file));
      // SD 1.5's single files have a buffer that this folder lacks; both are complete.
      found.keySet().removeIf(tensor -> tensor.contains("position_ids"));
      assertThat(found).isEqualTo(tensors(configs.resolve(file)));
    }
    assertThat(made.resolve("tokenizer/vocab.json")).isRegularFile();
    convert(made, CheckpointLayout.SINGLE_FILE, back, DEFAULTS);
    assertThat(tensors(back)).isEqualTo(tensors(original));
  }

  @Test
  void theRecordOfAPruningIsPassedOn() throws IOException {
    Path pruned = TestCheckpoints.copy(folder.resolve("p"), "small-f16");
    Files.writeString(pruned.resolve("espalier.json"), "{\"zerosAfter\":7}");
    Path file = folder.resolve("f.safetensors");
    convert(pruned, CheckpointLayout.SINGLE_FILE, file, DEFAULTS);
    assertThat(folder.resolve("f.espalier.json")).content().contains("\"zerosAfter\" : 7");
    Path back = folder.resolve("b");
    convert(file, CheckpointLayout.DIFFUSERS, back, DEFAULTS.withConfigFolder(pruned));
    assertThat(back.resolve("espalier.json"))
        .content()
        .contains("\"zerosAfter\" : 7", "SINGLE_FILE", "DIFFUSERS");
  }

  @Test
  void withoutAConfigurationThePredictionTypeMustBeSaid() throws IOException {
    Path original = TestCheckpoints.resource("small-f16.safetensors");
    Path target = folder.resolve("out");
    assertThatThrownBy(() -> convert(original, CheckpointLayout.DIFFUSERS, target, DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prediction type");
    assertThat(TestCheckpoints.names(folder)).isEmpty();
    List<String> notes =
        convert(
            original,
            CheckpointLayout.DIFFUSERS,
            target,
            DEFAULTS.withPredictionType("v_prediction"));
    assertThat(notes).anyMatch(note -> note.contains("no tokenizer"));
    assertThat(Files.readString(target.resolve("scheduler/scheduler_config.json")))
        .contains("v_prediction");
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(target)) {
      assertThat(checkpoint.config().unet().sampleSize()).hasValue(96);
    }
  }

  @Test
  void aModelWithClipsTokensGetsClipsTokenizer() throws IOException {
    for (String name : List.of("small-f16", "small-sd15")) {
      ModelConfig config =
          TestCheckpoints.withClipsTokens(ModelConfig.read(TestCheckpoints.resource(name)));
      Path original = folder.resolve(name + ".safetensors");
      new Sd2Synthesizer(config, DType.F16, 1)
          .write(original, CheckpointLayout.SINGLE_FILE, false, bytes -> {});
      Path target = folder.resolve(name);

      List<String> notes =
          convert(
              original, CheckpointLayout.DIFFUSERS, target, DEFAULTS.withPredictionType("epsilon"));

      assertThat(notes).anyMatch(note -> note.contains("wrote CLIP's own"));
      ClipTokenizer tokenizer = ClipTokenizer.read(target.resolve("tokenizer"));
      assertThat(tokenizer.vocabularySize()).isEqualTo(49_408);
      assertThat(tokenizer.padId()).isEqualTo(name.equals("small-f16") ? 0 : 49_407);
    }
  }

  @Test
  void aConfigurationOfAnotherModelIsRefusedAndLeavesNothing() {
    assertThatThrownBy(
            () ->
                convert(
                    TestCheckpoints.resource("small-f16.safetensors"),
                    CheckpointLayout.DIFFUSERS,
                    folder.resolve("out"),
                    DEFAULTS.withConfigFolder(TestCheckpoints.resource("small-inpaint"))))
        .hasMessageContaining("conv_in.weight");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDenseCheckpointOfThatLayoutIsRefused() {
    assertThatThrownBy(
            () ->
                convert(
                    TestCheckpoints.resource("small-f16"),
                    CheckpointLayout.DIFFUSERS,
                    folder.resolve("out"),
                    DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already");
  }

  @Test
  void unknownPredictionTypesAreRefused() {
    assertThatThrownBy(() -> DEFAULTS.withPredictionType("sample"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epsilon");
  }
}
