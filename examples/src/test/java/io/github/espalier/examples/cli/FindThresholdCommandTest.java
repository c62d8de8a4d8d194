package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindThresholdCommandTest {
  private static final String FILE = "threshold-text-magnitude.json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path temp;
  Path out;

  @BeforeEach
  void prepare() {
    out = temp.resolve("out");
  }

  private Run run(String... more) {
    return Cli.run(TinyModel.command("find-threshold", out, more).toArray());
  }

  private long journalLines() throws IOException {
    return Files.readAllLines(out.resolve("journal.jsonl")).size();
  }

  /**
   * At 90 % the text encoder is a ruin, and at 30 % its images are nearly those of the dense one.
   */
  @Test
  void findsWhereTheTextEncoderGivesWay() throws IOException {
    Run run = run("--component=text", "--precision=20%", "--range=30%..90%", "--drop=20%");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Dense: CLIPScore 0.", "Kept: CLIPScore at most 0.", "text encoder  of model")
        .contains("Threshold of the text encoder by magnitude: kept at ", "By the confidence")
        .contains("espalier prune " + TinyModel.checkpoint() + " --out pruned --text ")
        .contains("Result: " + out.resolve(FILE));
    JsonNode json = MAPPER.readTree(out.resolve(FILE).toFile());
    JsonNode outcome = json.path("outcome");
    assertThat(outcome.path("found").asText()).isEqualTo("threshold");
    assertThat(outcome.path("fallen").decimalValue().subtract(outcome.path("kept").decimalValue()))
        .isEqualByComparingTo("0.2");
    assertThat(json.path("evaluations")).hasSizeBetween(2, 3);
    assertThat(json.path("evaluations").get(0).path("text").asDouble()).isEqualTo(0.9);
    assertThat(json.path("evaluations").get(0).path("verdict").asText()).isEqualTo("fallen");
    assertThat(run.errLines()).hasSize(1 + json.path("evaluations").size());
    assertThat(run.errLines().get(0)).startsWith("dense: CLIPScore 0.").contains("at most 3");
    assertThat(run.errLines().get(1))
        .startsWith("1 of at most 3: text encoder 90% by magnitude: CLIPScore ")
        .endsWith("): fallen");

    long lines = journalLines();
    Run again =
        run("--component=text", "--precision=20%", "--range=30%..90%", "--drop=20%", "--json");
    assertThat(MAPPER.readTree(again.out())).isEqualTo(json);
    assertThat(journalLines()).isEqualTo(lines);
    Run quiet = run("--component=text", "--precision=20%", "--range=30%..90%", "--drop=20%", "-q");
    assertThat(quiet.out() + quiet.err()).isEmpty();
  }

  @Test
  void saysThatThereIsNoCliffOrThatTheFirstStepFalls() throws IOException {
    Run none = run("--component=text", "--range=0%..30%", "--precision=30%", "--drop=1.5");
    assertThat(none.status()).as(none.err()).isZero();
    assertThat(none.out())
        .contains(
            "No cliff in range: the text encoder by magnitude keeps its scores at 30%, with the whole")
        .contains("--text 30%");
    assertThat(none.errLines()).hasSize(2);

    Run first = run("--component=text", "--range=90%..95%", "--precision=5%");
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.out())
        .contains(
            "Even the first step falls: the text encoder by magnitude does not keep its scores")
        .contains("kept up to nothing but dense")
        .doesNotContain("espalier prune");
  }

  /** The distance is shown where there are references, and decides where it may not rise. */
  @Test
  void distanceFromReferencesCounts() throws IOException {
    Run run =
        run(
            "--component=unet",
            "--range=0%..60%",
            "--precision=60%",
            "--drop=1.5",
            "--rise=1%",
            "--references",
            TinyModel.references().toString());
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("distance at most 0.0", " above.", "Fréchet distance 1.", "Even the first step");
    JsonNode tolerance =
        MAPPER.readTree(out.resolve("threshold-unet-magnitude.json").toFile()).path("tolerance");
    assertThat(tolerance.findValuesAsText("score")).containsExactly("CLIPScore", "distance");
  }

  @Test
  void cancelledItSaysHowToGoOn() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Run run =
        Cli.run(
            cancellation, TinyModel.command("find-threshold", out, "--component=text").toArray());
    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(run.err()).contains("cancelled; the same command goes on with what was saved");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--component=vae | Invalid value for option '--component': 'vae' is none of text, unet",
        "--component=text --drop=0 | --drop",
        "--component=text --drop=much | 'much' is not a share such as 5% or a number such as 0.01",
        "--component=text --rise=5% | --rise needs --references",
        "--component=text --distance=judge | --distance needs --references",
        "--component=text --range=95% | '95%' is not of two sparsities such as 0%..95%",
        "--component=text --range=50%..10% | --range",
        "--component=text --precision=0 | --precision 0%: step 0% of range 0%..95%",
        "--component=text --precision=96% | --precision 96%",
        "--component=text --pattern=2:4 | pattern 2:4 fixes the sparsity",
        "--component=text --method=wandaa | wandaa",
        "--component=text --option=x=1 | 'x'",
        "--component=text --allocation=owll | owll",
        "--component=text --sequential | needs no statistics",
        "--component=unet --method=wanda --sequential | --sequential is for the text encoder",
        "--component=text --method=wanda --packages=2 | --packages is for the U-Net",
        "--component=text --calibration-captions=a.jsonl | --calibration-captions a.jsonl",
        "--component=text --keep-images=-1 | keepImages",
      })
  void wrongOptionsAreRefused(String options, String message) {
    Run run = run(options.split(" "));
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains(message).contains("see espalier find-threshold --help");
    assertThat(run.errLines()).hasSize(1);
    assertThat(out).doesNotExist();
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    String checkpoint = TinyModel.checkpoint().toString();
    assertThat(Cli.run("find-threshold", checkpoint, "--component=text", "--out", out).err())
        .contains("--judge is needed");
    assertThat(Cli.run("find-threshold", checkpoint, "--component=text").err())
        .contains("--out=DIR");
    assertThat(run("--component=text", "--select=attn9").err())
        .contains("layer selection 'attn9' selects none");
    Run noFile = run("--component=text", "--judge", temp.resolve("nowhere").toString());
    assertThat(noFile.status()).isNotZero();
    assertThat(List.of("journal.jsonl")).noneMatch(name -> Files.exists(out.resolve(name)));
  }
}
