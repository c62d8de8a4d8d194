package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  @TempDir Path temp;

  @Test
  void goesToASingleFileAndBack() throws IOException {
    Path folder = Checkpoints.folder(temp);
    Path file = temp.resolve("sd2.safetensors");
    Path back = temp.resolve("back");

    Run there = Cli.run("convert", folder, "--to=single-file", "--out", file);
    Run andBack =
        Cli.run("convert", file, "--to=diffusers", "--out", back, "--config-from", folder);

    assertThat(there.status()).as(there.err()).isZero();
    assertThat(andBack.status()).as(andBack.err()).isZero();
    assertThat(andBack.out()).contains("Wrote " + back);
    assertThat(Cli.run("diff", folder, back).status()).isZero();
    assertThat(back.resolve("tokenizer/merges.txt")).exists();
  }

  @Test
  void singleFileNeedsAPredictionType() throws IOException {
    Path target = temp.resolve("folder");

    Run run = Cli.run("convert", Checkpoints.singleFile(), "--to=diffusers", "--out", target);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("--prediction-type v_prediction", "--config-from");
    assertThat(Checkpoints.names(temp)).isEmpty();
    run =
        Cli.run(
            "convert",
            Checkpoints.singleFile(),
            "--to=diffusers",
            "--out",
            target,
            "--prediction-type=v_prediction");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Cli.run("diff", target, Checkpoints.singleFile()).status()).isZero();
  }

  @Test
  void namesTheOptionThatIsWrong() throws IOException {
    Path out = temp.resolve("out");
    Path absent = temp.resolve("absent");
    Path file = Checkpoints.singleFile();

    Run type = Cli.run("convert", file, "--to=diffusers", "--out", out, "--prediction-type=noise");
    Run folder = Cli.run("convert", file, "--to=diffusers", "--out", out, "--config-from", absent);

    assertThat(type.err()).contains("--prediction-type: ", "'noise'");
    assertThat(type.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(folder.err()).contains("--config-from " + absent + ": there is no such folder");
    assertThat(folder.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(Checkpoints.names(temp)).isEmpty();
  }

  @Test
  void refusesWhatMakesNoSense() throws IOException {
    Path folder = Checkpoints.folder(temp);
    Path existing = Files.writeString(temp.resolve("existing.safetensors"), "mine");

    Run same = Cli.run("convert", folder, "--to=diffusers", "--out", temp.resolve("out"));
    Run unknown = Cli.run("convert", folder, "--to=gguf", "--out", temp.resolve("out"));
    Run exists = Cli.run("convert", folder, "--to=single-file", "--out", existing);

    assertThat(same.err()).contains("has the layout diffusers already");
    assertThat(same.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(unknown.err()).contains("'gguf' is neither diffusers nor single-file");
    assertThat(unknown.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(exists.err()).contains("exists already").contains("--overwrite");
    assertThat(exists.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(existing).hasContent("mine");
    assertThat(Checkpoints.names(temp)).containsExactlyInAnyOrder("sd2", "existing.safetensors");
    assertThat(
            Cli.run("convert", folder, "--to=single-file", "--out", existing, "--overwrite")
                .status())
        .isZero();
  }
}
