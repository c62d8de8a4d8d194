package io.github.espalier.examples.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
  private static final String GOLDEN = "/io/github/espalier/examples/demo/e2e-golden";

  @TempDir Path temp;
  Path checkpoint;
  Path out;

  @BeforeEach
  void unpack() throws IOException {
    checkpoint = Checkpoints.folder(temp);
    out = temp.resolve("out");
  }

  private Run generate(Object... more) {
    List<Object> args = new ArrayList<>(List.of("generate", checkpoint, "--out", out));
    args.addAll(List.of(more));
    return Cli.run(args.toArray());
  }

  private static Run ok(Run run) {
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  private List<JsonNode> manifest() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("manifest.jsonl"))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  /**
   * At most 1 level in all three colours of 99.9 % of each image's pixels, and 3 anywhere. With
   * more guidance this checkpoint's random weights amplify rounding from step to step: at 7.5
   * diffusers' own images in binary32 and binary64 are up to 7 levels apart. {@code
   * TextToImageGoldenTest} has a calmer checkpoint.
   */
  @Test
  void imagesAreThoseOfDiffusers() throws IOException {
    JsonNode golden;
    try (InputStream in =
        requireNonNull(GenerateCommandTest.class.getResourceAsStream(GOLDEN + ".json"))) {
      golden = new ObjectMapper().readTree(in).path("cases");
    }
    StringBuilder lines = new StringBuilder();
    for (JsonNode each : golden) {
      lines.append(
          Json.object()
              .put("prompt", each.path("prompts").path(0).asText())
              .put("seed", each.path("seeds").path(0).asLong())
              .toString());
      lines.append("\n\n");
    }
    Path prompts = Files.writeString(temp.resolve("prompts.jsonl"), lines);

    ok(generate("--prompts", prompts, "--steps", "10", "--guidance", "2"));

    assertThat(golden).hasSize(2);
    for (int i = 0; i < golden.size(); i++) {
      byte[] expected = pixels(golden.path(i).path("case").asText() + "/image");
      byte[] found = PngFile.read(out.resolve("0000" + i + ".png")).pixels();
      assertThat(found).hasSameSizeAs(expected);
      int[] pixels = new int[256];
      for (int at = 0; at < found.length; at += 3) {
        int largest = 0;
        for (int colour = at; colour < at + 3; colour++) {
          largest = Math.max(largest, Math.abs((found[colour] & 0xff) - (expected[colour] & 0xff)));
        }
        pixels[largest]++;
      }
      double within = pixels[0] + pixels[1];
      assertThat(within / (found.length / 3.0)).isGreaterThanOrEqualTo(0.999);
      assertThat(Arrays.stream(pixels, 4, 256).sum()).isZero();
    }
  }

  private static byte[] pixels(String name) throws IOException {
    Path file = Checkpoints.resource(GOLDEN + ".safetensors");
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      TensorData data = tensors.tensor(name);
      ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(data.byteSize()));
      data.read(0, bytes);
      byte[] array = new byte[bytes.capacity()];
      bytes.get(0, array);
      return array;
    }
  }

  @Test
  void writesImagesTheirTextsAndTheManifest() throws IOException {
    Run run =
        ok(
            generate(
                "--prompt",
                "a 🐈",
                "--prompt",
                "",
                "--negative",
                "café",
                "--images-per-prompt=2",
                "--seed=7",
                "--steps=2",
                "--scheduler=euler",
                "--size=32x16",
                "--guidance=3"));

    assertThat(run.out()).contains("Made 4 images of 32x16 pixels in " + out).contains("8 U-Net");
    assertThat(run.errLines()).hasSize(4);
    assertThat(Checkpoints.names(out))
        .containsExactly("00000.png", "00001.png", "00002.png", "00003.png", "manifest.jsonl");
    List<JsonNode> lines = manifest();
    assertThat(lines).hasSize(4);
    for (int i = 0; i < 4; i++) {
      JsonNode line = lines.get(i);
      Path file = out.resolve(line.path("file").asText());
      assertThat(line.path("index").asInt()).isEqualTo(i);
      assertThat(line.path("prompt").asText()).isEqualTo(i < 2 ? "a 🐈" : "");
      assertThat(line.path("negative").asText()).isEqualTo("café");
      assertThat(line.path("seed").asLong()).isEqualTo(7 + i);
      assertThat(line.path("unet_calls").asInt()).isEqualTo(2);
      assertThat(line.path("seconds").asDouble()).isPositive();
      assertThat(line.path("sha256").asText()).isEqualTo(Checkpoints.sha256(file));
      assertThat(line.at("/settings/scheduler").asText()).isEqualTo("EulerDiscreteScheduler");
      assertThat(line.at("/settings/timestep_spacing").asText()).isEqualTo("linspace");
      RgbImage image = PngFile.read(file);
      assertThat(List.of(image.width(), image.height())).containsExactly(32, 16);
      assertThat(PngFile.readTexts(file))
          .containsAllEntriesOf(
              Map.of(
                  "Prompt", i < 2 ? "a 🐈" : "",
                  "Negative prompt", "café",
                  "Seed", Integer.toString(7 + i),
                  "Steps", "2",
                  "Guidance scale", "3.0",
                  "Scheduler", "EulerDiscreteScheduler",
                  "Prediction type", "v_prediction",
                  "Size", "32x16",
                  "Eta", "0.0",
                  "Checkpoint", "sd2"))
          .containsKeys("Software", "Checkpoint SHA-256");
    }
  }

  @Test
  void printsTheSummaryAsJson() throws IOException {
    Run run = ok(generate("--prompt=cat", "--steps=2", "--scheduler=pndm", "--json"));

    JsonNode summary = new ObjectMapper().readTree(run.out());
    assertThat(summary.path("made").asInt()).isEqualTo(1);
    assertThat(summary.path("skipped").asInt()).isZero();
    assertThat(summary.path("unet_calls").asInt()).isEqualTo(3);
    assertThat(summary.path("seconds_per_image").asDouble()).isPositive();
    assertThat(generate("--prompt=cat", "--steps=2", "--scheduler=pndm", "-q"))
        .isEqualTo(new Run(0, "", ""));
  }

  @Test
  void goesOnWhereItStopped() throws IOException {
    Object[] args = {"--prompt=cat", "--images-per-prompt=4", "--steps=2"};
    ok(generate(args));
    Map<String, byte[]> whole = Checkpoints.contents(out);
    Map<String, String> stamps = Checkpoints.stamps(out);
    Path manifest = out.resolve("manifest.jsonl");
    String lines = Files.readString(manifest);
    // One image is gone, one is damaged, and the last line was cut off by a kill.
    Files.delete(out.resolve("00000.png"));
    Files.write(out.resolve("00002.png"), new byte[3]);
    Files.writeString(manifest, lines.substring(0, lines.length() - 20));

    Run run = ok(generate(args));

    assertThat(run.err()).contains("1 of 4 images are finished already and are skipped");
    assertThat(Checkpoints.contents(out).keySet()).isEqualTo(whole.keySet());
    for (String name : whole.keySet()) {
      if (name.endsWith(".png")) {
        assertThat(Files.readAllBytes(out.resolve(name))).isEqualTo(whole.get(name));
      }
    }
    assertThat(Checkpoints.stamps(out)).containsEntry("00001.png", stamps.get("00001.png"));
    assertThat(manifest()).hasSize(4);

    Run again = ok(generate(args));
    assertThat(again.out()).contains("All 4 images were in " + out);
    assertThat(manifest()).hasSize(4);
  }

  @Test
  void addsImagesOfMorePrompts() throws IOException {
    ok(generate("--prompt=cat", "--steps=2"));
    Run run = ok(generate("--prompt=cat", "--prompt=dog", "--steps=2"));
    assertThat(run.out()).contains("Made 1 image of");
    assertThat(manifest()).hasSize(2);
  }

  @Test
  void refusesAFolderOfOtherSettingsOrPromptsUnlessItMayOverwrite() throws IOException {
    ok(generate("--prompt=cat", "--prompt=dog", "--steps=2"));
    Map<String, String> stamps = Checkpoints.stamps(out);

    Run other = generate("--prompt=cat", "--prompt=dog", "--steps=3", "--eta=0.5");
    assertThat(other.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(other.errLines()).hasSize(1);
    assertThat(other.err())
        .contains(out + ": holds images that were made otherwise", "steps 2, now 3", "eta 0.0")
        .contains("--overwrite");
    Run prompt = generate("--prompt=cat", "--prompt=horse", "--steps=2");
    assertThat(prompt.err()).contains("00001.png", "another prompt");
    Run seed = generate("--prompt=cat", "--steps=2", "--seed=1");
    assertThat(seed.err()).contains("00000.png", "seed");
    Files.writeString(checkpoint.resolve("tokenizer/other.txt"), "changed");
    assertThat(generate("--prompt=cat", "--steps=2").err()).contains("another checkpoint");
    assertThat(Checkpoints.stamps(out)).isEqualTo(stamps);

    Files.writeString(out.resolve("grid.png"), "of the images before");
    ok(generate("--prompt=horse", "--steps=3", "--overwrite"));
    assertThat(Checkpoints.names(out)).containsExactly("00000.png", "manifest.jsonl");
    assertThat(manifest().get(0).path("prompt").asText()).isEqualTo("horse");
  }

  @Test
  void leavesForeignFoldersAlone() throws IOException {
    Files.createDirectory(out);
    Files.writeString(out.resolve("00000.png"), "mine");

    Run run = generate("--prompt=cat", "--steps=2");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("no manifest.jsonl");
    assertThat(Checkpoints.names(out)).containsExactly("00000.png");
    assertThat(out.resolve("00000.png")).hasContent("mine");
  }

  @Test
  void gridShowsAllImagesAlsoAfterAResumedRun() throws IOException {
    ok(generate("--prompt=cat", "--prompt=dog", "--steps=1", "--size=32x16"));
    ok(
        generate(
            "--prompt=cat", "--prompt=dog", "--prompt=", "--steps=1", "--size=32x16", "--grid"));

    RgbImage grid = PngFile.read(out.resolve("grid.png"));
    assertThat(List.of(grid.width(), grid.height())).containsExactly(2 * 36 + 4, 2 * 20 + 4);
    RgbImage last = PngFile.read(out.resolve("00002.png"));
    assertThat(grid.toBufferedImage().getRGB(4, 24)).isEqualTo(last.toBufferedImage().getRGB(0, 0));
    assertThat(grid.toBufferedImage().getRGB(44, 24) & 0xffffff).isEqualTo(0xffffff);
  }

  @Test
  void readsPromptsOfATextFile() throws IOException {
    Path prompts = Files.writeString(temp.resolve("p.txt"), "\ufeffcat\r\n\n  \n猫 🐈\n");

    ok(generate("--prompts", prompts, "--steps=1"));

    assertThat(manifest().stream().map(line -> line.path("prompt").asText()))
        .containsExactly("cat", "猫 🐈");
  }

  @Test
  void takesSeedsAndNegativePromptsOfLines() throws IOException {
    Path prompts =
        Files.writeString(
            temp.resolve("p.jsonl"),
            """
            {"prompt": "cat", "seed": 100, "negative": "dog"}
            {"prompt": "horse"}
            """);

    ok(generate("--prompts", prompts, "--steps=1", "--images-per-prompt=2", "--negative=n"));

    assertThat(manifest().stream().map(line -> line.path("seed").asLong()))
        .containsExactly(100L, 101L, 2L, 3L);
    assertThat(manifest().stream().map(line -> line.path("negative").asText()))
        .containsExactly("dog", "dog", "n", "n");
  }

  @Test
  void batchAndThreadsDoNotMatter() throws IOException {
    Object[] args = {"--prompt=cat", "--images-per-prompt=3", "--steps=2"};
    ok(generate(args));
    Map<String, byte[]> one = Checkpoints.contents(out);
    out = temp.resolve("other");
    List<Object> more = new ArrayList<>(Arrays.asList(args));
    more.addAll(List.of("--batch=3", "--threads=2"));
    ok(generate(more.toArray()));
    for (String name : List.of("00000.png", "00001.png", "00002.png")) {
      assertThat(Files.readAllBytes(out.resolve(name))).isEqualTo(one.get(name));
    }
  }

  @Test
  void warnsOfPromptsThatAreTooLong() throws IOException {
    Run run = ok(generate("--prompt", "blue ".repeat(5000) + "end", "--steps=1"));

    assertThat(run.errLines().get(0))
        .startsWith("espalier: warning: CLIP reads 77 tokens at most")
        .hasSizeLessThan(400);
    assertThat(manifest().get(0).path("prompt_cut_off").asText()).endsWith("blue end");
  }

  @Test
  void aSingleFileTakesClipsVocabulary() throws IOException {
    checkpoint = temp.resolve("single.safetensors");
    TokenizeCommandTest.synthesize(checkpoint, Checkpoints.f32());

    ok(generate("--prompt=a cat", "--steps=1", "--size=32", "--prediction=v-prediction"));

    assertThat(Checkpoints.names(out)).containsExactly("00000.png", "manifest.jsonl");
    RgbImage image = PngFile.read(out.resolve("00000.png"));
    assertThat(List.of(image.width(), image.height())).containsExactly(32, 32);
  }

  @Test
  void anImageOfNoNumbersIsSaidInOneLine() throws IOException {
    Path weights = checkpoint.resolve("vae/diffusion_pytorch_model.safetensors");
    long position;
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      position = file.tensor("decoder.conv_out.bias").filePosition();
    }
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0, 0x7e}), position);
    }

    Run run = generate("--prompt=cat", "--seed=5", "--steps=1", "--quiet");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("\"cat\", seed 5", "no finite numbers");
    assertThat(out.resolve("00000.png")).doesNotExist();
  }
}
