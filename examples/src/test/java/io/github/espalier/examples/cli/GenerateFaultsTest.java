package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong, 'generate' says it in one line and leaves nothing. */
class GenerateFaultsTest {
  @TempDir Path temp;
  Path checkpoint;
  Path outputs;

  @BeforeEach
  void unpack() throws IOException {
    checkpoint = Checkpoints.folder(temp);
    outputs = Files.createDirectory(temp.resolve("outputs"));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(Checkpoints.names(outputs)).isEmpty();
  }

  private Run run(Path source, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("generate", source, "--out", outputs.resolve("parent/out")));
    args.addAll(List.of(more));
    Run run = Cli.run(args.toArray());
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("espalier: ");
    return run;
  }

  private void fails(Path source, String... parts) {
    Run run = run(source, "--prompt=cat", "--steps=2");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains(parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --steps=0                 | '0' is not a whole number of 1 or more
          --steps=1001              | 1001 is not from 1 to 1000
          --steps=x                 | 'x' is not a whole number
          --size=60                 | 60x60, but both must be multiples of 8
          --size=64x12              | 64x12, but both must be multiples of 8
          --size=0                  | 0x0
          --size=wide               | 'wide' is not a size
          --seed=-1                 | '-1' is not a seed
          --seed=9223372036854775808| is not a seed
          --seed=abc                | 'abc' is not a seed
          --guidance=-1             | guidance scale is -1.0
          --guidance=NaN            | guidance scale is NaN
          --eta=2                   | eta is 2.0
          --batch=0                 | '0' is not a whole number
          --images-per-prompt=0     | '0' is not a whole number
          --images-per-prompt=100001| 100,001 images are more than
          --threads=0               | threads
          --scheduler=heun          | 'heun' is none of ddim, pndm, euler, dpm-solver++
          --spacing=wide            | 'wide' is none of leading, linspace, trailing
          --prediction=sample       | 'sample' is none of epsilon, v-prediction
          --prompts=p.txt           | exclude each other
          """)
  void wrongOptions(String option, String message) {
    Run run = run(checkpoint, "--prompt=cat", option);
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains(message);
  }

  @Test
  void optionsThatDoNotGoTogether() {
    assertThat(run(checkpoint, "--prompt=cat", "--eta=0.5", "--scheduler=euler").err())
        .contains("EulerDiscreteScheduler adds no noise");
    assertThat(run(checkpoint, "--prompt=a", "--prompt=b", "--seed=" + Long.MAX_VALUE).err())
        .contains("seed " + Long.MAX_VALUE + " + 1 is above");
    assertThat(run(checkpoint).err()).contains("give --prompt or --prompts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"prompt\": \"a\"",
        "{\"prompt\": \"a\"} {}",
        "[\"a\"]",
        "{\"negative\": \"a\"}",
        "{\"prompt\": 1}",
        "{\"prompt\": \"a\", \"seed\": -1}",
        "{\"prompt\": \"a\", \"seed\": 1.5}",
        "{\"prompt\": \"a\", \"negative_prompt\": \"b\"}",
        "{\"prompt\": \"a\", \"prompt\": \"b\"}",
      })
  void malformedPrompts(String line) throws IOException {
    Path prompts = Files.writeString(temp.resolve("p.jsonl"), "\n" + line + "\n");
    Run run = run(checkpoint, "--prompts", prompts);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains(prompts.toString());
    if (!line.isEmpty()) {
      assertThat(run.err()).contains("line 2");
    }
  }

  @Test
  void promptsThatAreNoText() throws IOException {
    Path prompts = Files.write(temp.resolve("p.txt"), new byte[] {'a', (byte) 0xff});
    assertThat(run(checkpoint, "--prompts", prompts).err()).contains("is not UTF-8");
    assertThat(run(checkpoint, "--prompts", temp.resolve("none")).err()).contains("no such file");
  }

  private void edit(String file, String key, Object value) throws IOException {
    Path path = checkpoint.resolve(file);
    ObjectNode node = (ObjectNode) new ObjectMapper().readTree(path.toFile());
    node.putPOJO(key, value);
    Files.writeString(path, new ObjectMapper().writeValueAsString(node));
  }

  @Test
  void unknownClass() throws IOException {
    edit("model_index.json", "vae", List.of("diffusers", "AutoencoderTiny"));
    fails(checkpoint, "model_index.json", "class of vae is \"AutoencoderTiny\"", "AutoencoderKL");
  }

  @Test
  void xl() throws IOException {
    edit("unet/config.json", "addition_embed_type", "text_time");
    fails(checkpoint, "unet/config.json", "addition_embed_type", "text_time");
    edit("model_index.json", "_class_name", "StableDiffusionXLPipeline");
    fails(checkpoint, "model_index.json", "StableDiffusionXLPipeline", "Stable Diffusion 1 and 2");
  }

  @Test
  void three() throws IOException {
    Path folder = temp.resolve("sd3");
    Files.createDirectories(folder.resolve("transformer"));
    Files.writeString(
        folder.resolve("model_index.json"), "{\"_class_name\": \"StableDiffusion3Pipeline\"}");
    fails(folder, "model_index.json", "StableDiffusion3Pipeline", "Stable Diffusion 1 and 2");
  }

  @Test
  void configurationAndWeightsThatDisagree() throws IOException {
    edit("unet/config.json", "cross_attention_dim", 64);
    fails(checkpoint, "cross_attention_dim of the U-Net is 64, but hidden_size", "is 16");
    edit("unet/config.json", "cross_attention_dim", 16);
    edit("vae/config.json", "latent_channels", 8);
    edit("unet/config.json", "in_channels", 8);
    edit("unet/config.json", "out_channels", 8);
    fails(checkpoint, "conv_in.weight", "has shape [4, 4, 3, 3]", "needs [4, 8, 3, 3]");
  }

  @Test
  void missingTensor() throws IOException {
    edit("text_encoder/config.json", "num_hidden_layers", 9);
    fails(checkpoint, "text_model.encoder.layers.", "is missing");
  }

  @Test
  void missingScheduler() throws IOException {
    Files.delete(checkpoint.resolve("scheduler/scheduler_config.json"));
    fails(checkpoint, "scheduler_config.json", "there is no such file");
  }

  @Test
  void missingTokenizer() throws IOException {
    Files.delete(checkpoint.resolve("tokenizer/vocab.json"));
    fails(checkpoint, "tokenizer", "there is no such file");
  }

  @Test
  void inpainting() throws IOException {
    edit("model_index.json", "_class_name", "StableDiffusionInpaintPipeline");
    fails(checkpoint, "StableDiffusionInpaintPipeline", "Stable Diffusion 1 and 2 only");
  }

  @Test
  void singleFile() {
    Path file = Checkpoints.singleFile();
    Run run = run(file, "--prompt=cat");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("give --prediction epsilon", "--prediction v-prediction");
    assertThat(run(file, "--prompt=cat", "--prediction=epsilon").err()).contains("give --size");
    assertThat(run(file, "--prompt=cat", "--prediction=epsilon", "--size=64").err())
        .contains("its text encoder has 574 tokens", "49,408");
  }

  @Test
  void singleFileOfXl() throws IOException {
    String name = "conditioner.embedders.0.transformer.text_model.final_layer_norm.bias";
    byte[] header =
        ("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}")
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    Path file = Files.write(temp.resolve("xl.safetensors"), bytes.array());
    fails(file, file.toString(), "which is SDXL");
  }

  @Test
  void malformedIndex() throws IOException {
    Path index = checkpoint.resolve("model_index.json");
    Files.write(index, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    fails(checkpoint, index + ": not JSON");
    Files.writeString(index, "{");
    fails(checkpoint, index + ": not JSON");
  }
}
