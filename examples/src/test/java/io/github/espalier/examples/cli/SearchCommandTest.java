package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.examples.generate.GeneratedImages;
import io.github.espalier.sd2.image.PngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path temp;
  Path out;

  @BeforeEach
  void prepare() {
    out = temp.resolve("out");
  }

  private Run run(String... more) {
    return Cli.run(TinyModel.command("search", out, more).toArray());
  }

  @Test
  void findsTheSplitThatRemovesMost() throws IOException {
    String[] ranges = {
      "--text-range=40%..90%", "--unet-range=30%..60%", "--precision=30%", "--drop=20%"
    };
    Run run = run(ranges);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Evaluated:", "text encoder  U-Net  of model", "The border between kept and")
        .contains("Best: text encoder ", " of the model's parameters (", "To make it:")
        .contains("Result: " + out.resolve("search.json"));
    JsonNode json = MAPPER.readTree(out.resolve("search.json").toFile());
    List<JsonNode> kept = new ArrayList<>();
    json.path("evaluations").forEach(kept::add);
    kept.removeIf(each -> !each.path("kept").asBoolean());
    JsonNode best = Collections.max(kept, Comparator.comparingDouble(SearchCommandTest::ofModel));
    assertThat(json.path("best")).isEqualTo(best.path("id"));
    assertThat(MAPPER.convertValue(json.path("frontier"), String[].class))
        .contains(best.path("id").asText());
    assertThat(run.errLines()).hasSize(1 + json.path("evaluations").size());

    assertThat(MAPPER.readTree(run(with(ranges, "--json")).out())).isEqualTo(json);
  }

  private static double ofModel(JsonNode evaluation) {
    return evaluation.path("sparsity").path("ofModel").asDouble();
  }

  private static String[] with(String[] args, String more) {
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = more;
    return all;
  }

  @Test
  void saysThatOnlyDenseKeepsTheScores() {
    Run run = run("--text-range=90%..95%", "--unet-range=90%..95%", "--precision=5%");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Only the dense model keeps the scores")
        .doesNotContain("espalier prune");
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThat(run("--unet-method=none").err()).contains("none");
    assertThat(run("--text-range=50%..60%", "--precision=20%").err())
        .contains("--precision 20%: step 20% of range 50%..60%");
    assertThat(run("--precision=0.1%").err()).contains("combinations: expected at most 10000");
    assertThat(run("--component=text").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(out).doesNotExist();
  }

  /** The lines that are printed make the model that was evaluated: its images are the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--text-method=wanda --unet-method=obs-diff --select=linear-no-time",
        "--method=wanda --sequential --allocation=owl --allocation-option=m=3",
        "--text-method=sparsegpt --unet-method=magnitude --sequential",
        "--method=wanda --sequential --packages=2 --allocation=owl --allocation-option=m=3",
        "--method=magnitude --rule=sd2-pruning",
        "--method=magnitude --pattern=global",
      })
  void printedLinesMakeTheModel(String methods) throws IOException {
    Path checkpoint = Checkpoints.folder(temp);
    Path captions = Files.writeString(temp.resolve("two words.txt"), "a red circle\na ring\n");
    List<String> args =
        new ArrayList<>(
            List.of(
                "search",
                checkpoint.toString(),
                "--judge",
                RandomClip.write(temp.resolve("judge"), 1).toString(),
                "--calibration-captions",
                captions.toString(),
                "--captions",
                captions.toString(),
                "--calibration-steps=2",
                "--drop=9",
                "--images=2",
                "--steps=1",
                "--size=16",
                "--text-range=0%..40%",
                "--unet-range=0%..60%",
                "--precision=40%",
                "--out",
                out.toString()));
    args.addAll(List.of(methods.split(" ")));
    Run run = Cli.run(args.toArray());
    assertThat(run.status()).as(run.err()).isZero();

    for (String line : run.out().lines().filter(each -> each.startsWith("  espalier ")).toList()) {
      Run made = Cli.run(words(line).toArray());
      assertThat(made.status()).as(line + "\n" + made.err()).isZero();
    }

    String best = MAPPER.readTree(out.resolve("search.json").toFile()).path("best").asText();
    Path again = temp.resolve("again");
    Run generated =
        Cli.run(
            "generate",
            temp.resolve("pruned"),
            "--prompts",
            captions,
            "--steps=1",
            "--guidance=7.5",
            "--size=16",
            "--seed=0",
            "--out",
            again);
    assertThat(generated.status()).as(generated.err()).isZero();
    Path images = out.resolve("images").resolve(best);
    for (GeneratedImages.Entry entry : GeneratedImages.entries(images)) {
      assertThat(PngFile.read(again.resolve(entry.file())))
          .isEqualTo(PngFile.read(images.resolve(entry.file())));
    }
  }

  /** Takes a line apart as a shell does, and files that it makes are in the test's folder. */
  private List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (char each : (line.strip() + " ").toCharArray()) {
      if (each == '\'') {
        quoted = !quoted;
      } else if (each == ' ' && !quoted) {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(each);
      }
    }
    return words.subList(1, words.size()).stream()
        .map(
            each ->
                each.equals("pruned")
                        || each.matches("[\\w-]+\\.safetensors|[\\w-]+\\.statistics\\.safetensors")
                    ? temp.resolve(each).toString()
                    : each)
        .toList();
  }
}
