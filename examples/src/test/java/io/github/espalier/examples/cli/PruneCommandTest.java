package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruneCommandTest {
  @TempDir Path temp;

  private Run prune(Path source, Path target, Object... more) {
    Object[] args = new Object[6 + more.length];
    System.arraycopy(
        new Object[] {"prune", source, "--out", target, "--text=47.5%", "--unet=35%"},
        0,
        args,
        0,
        6);
    System.arraycopy(more, 0, args, 6, more.length);
    return Cli.run(args);
  }

  private static void assertSameBytes(Path first, Path second) throws IOException {
    Map<String, byte[]> expected = Checkpoints.contents(first);
    Map<String, byte[]> found = Checkpoints.contents(second);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
  }

  @Test
  void prunesFolderAndSaysWhatItDid() throws IOException {
    Path source = Checkpoints.folder(temp);
    Path target = temp.resolve("with a space");

    Run run = prune(source, target);

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("text_encoder  magnitude   47.5%      18     9,216")
        .contains("unet          magnitude     35%     216    33,088")
        .contains("Wrote " + target)
        .contains("as large as before");
    assertThat(Checkpoints.names(target)).contains("espalier.json", "model_index.json", "vae");
    assertThat(Checkpoints.names(temp)).containsExactlyInAnyOrder("sd2", "with a space");
  }

  @Test
  void prunesSingleFile() throws IOException {
    Path target = temp.resolve("pruned.safetensors");

    assertThat(prune(Checkpoints.singleFile(), target).status()).isZero();

    assertThat(target).hasSize(Files.size(Checkpoints.singleFile()));
    assertThat(Checkpoints.names(temp))
        .containsExactlyInAnyOrder("pruned.safetensors", "pruned.espalier.json");
  }

  @Test
  void prunesShards() throws IOException {
    Path source = Checkpoints.sharded(temp);
    Path target = temp.resolve("pruned");

    assertThat(prune(source, target).status()).isZero();

    assertThat(Checkpoints.names(target.resolve("text_encoder")))
        .isEqualTo(Checkpoints.names(source.resolve("text_encoder")));
    Path whole = temp.resolve("whole");
    Files.createDirectories(whole);
    Path unsharded = temp.resolve("unsharded");
    assertThat(prune(Checkpoints.folder(whole), unsharded).status()).isZero();
    assertThat(Cli.run("diff", target, unsharded).status()).isZero();
  }

  @Test
  void prunesVariant() throws IOException {
    Path source = Checkpoints.folder(temp);
    for (String component : new String[] {"unet", "vae", "text_encoder"}) {
      String stem = component.equals("text_encoder") ? "model" : "diffusion_pytorch_model";
      Path folder = source.resolve(component);
      Files.move(folder.resolve(stem + ".safetensors"), folder.resolve(stem + ".fp16.safetensors"));
    }

    Run run = prune(source, temp.resolve("pruned"), "--variant", "fp16");

    assertThat(run.status()).isZero();
    assertThat(temp.resolve("pruned/unet/diffusion_pytorch_model.fp16.safetensors")).exists();
  }

  @Test
  void givesSameBytesOnEveryRunAndNumberOfThreads() throws IOException {
    Path source = Checkpoints.folder(temp);
    Path first = temp.resolve("first");
    prune(source, first, "--threads=1");
    for (String threads : new String[] {"1", "2", "7"}) {
      Path again = temp.resolve("again-" + threads);
      assertThat(prune(source, again, "--threads", threads).status()).isZero();
      assertSameBytes(first, again);
    }
  }

  @Test
  void masksReproduceThePruning() throws IOException {
    Path source = Checkpoints.folder(temp);
    Path masks = temp.resolve("masks.safetensors");
    Path first = temp.resolve("first");
    Path second = temp.resolve("second");

    assertThat(prune(source, first, "--mask-out", masks).out()).contains("Masks: " + masks);
    Run run = Cli.run("prune", source, "--out", second, "--masks", masks);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    for (String file : new String[] {Checkpoints.UNET_WEIGHTS, "text_encoder/model.safetensors"}) {
      assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
    }
    assertThat(Cli.run("verify", masks).status()).isZero();
  }

  @Test
  void sparseFormatExpandsToTheDenseFiles() throws IOException {
    Path source = Checkpoints.folder(temp);
    Path dense = temp.resolve("dense");
    Path sparse = temp.resolve("sparse");
    Path expanded = temp.resolve("expanded");
    prune(source, dense);

    Run run = prune(source, sparse, "--format=sparse");
    Run conversion = Cli.run("convert", sparse, "--to=diffusers", "--out", expanded);

    assertThat(run.out())
        .containsPattern("Wrote .*/sparse: [0-9.]+ \\S+ of weights in ")
        .contains("Only Espalier reads them");
    assertThat(conversion.err()).isEmpty();
    assertThat(conversion.status()).isZero();
    for (String file : new String[] {Checkpoints.UNET_WEIGHTS, "text_encoder/model.safetensors"}) {
      assertThat(expanded.resolve(file)).hasSameBinaryContentAs(dense.resolve(file));
    }
    assertThat(Cli.run("diff", sparse, dense).status()).isZero();
  }

  @Test
  void savesReport() throws IOException {
    Path report = temp.resolve("report.json");

    prune(Checkpoints.folder(temp), temp.resolve("pruned"), "--report", report, "--rule=exact");

    JsonNode json = new ObjectMapper().readTree(report.toFile());
    assertThat(json.at("/components/0/target").asDouble()).isEqualTo(0.475);
    assertThat(json.at("/components/1/settings").asText()).isEqualTo("rule EXACT");
    assertThat(json.at("/layers")).hasSize(18 + 216);
    assertThat(json.at("/skipped").size()).isPositive();
  }

  @Test
  void dryRunWritesNothing() throws IOException {
    Path source = Checkpoints.folder(temp);

    Run run = Cli.run("prune", source, "--unet=35%", "--dry-run");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("wrote nothing");
    assertThat(Checkpoints.names(temp)).containsExactly("sd2");
  }

  @Test
  void dryRunThatSavesMasksWritesNoCheckpoint() throws IOException {
    Path source = Checkpoints.folder(temp);
    Path masks = temp.resolve("masks");

    Run run = Cli.run("prune", source, "--unet=35%", "--dry-run", "--mask-out", masks);

    assertThat(run.out()).contains("wrote no checkpoint").doesNotContain("wrote nothing");
    assertThat(masks).exists();
  }

  @Test
  void saysWhenSparseFilesAreLarger() throws IOException {
    Run run =
        Cli.run(
            "prune",
            Checkpoints.folder(temp),
            "--out",
            temp.resolve("sparse"),
            "--unet=0%",
            "--format=sparse");

    assertThat(run.out()).contains("grew to ").contains("Without --format sparse");
  }

  @Test
  void whatShapesCannotShowIsSaidByInspectAlone() throws IOException {
    Path file = Checkpoints.singleFile();

    assertThat(Cli.run("inspect", file).out()).contains("Note: assumed");
    assertThat(prune(file, temp.resolve("pruned.safetensors")).out())
        .contains("Wrote ")
        .doesNotContain("assumed");
  }

  @Test
  void overwritesWhenAsked() throws IOException {
    Path source = Checkpoints.folder(temp);
    Path target = temp.resolve("pruned");
    prune(source, target);
    Files.writeString(target.resolve("old.txt"), "from before");

    assertThat(prune(source, target, "--overwrite", "--quiet").out()).isEmpty();

    assertThat(target.resolve("old.txt")).doesNotExist();
    assertThat(Checkpoints.names(temp)).containsExactlyInAnyOrder("sd2", "pruned");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--pattern=row",
        "--pattern=global",
        "--select=all",
        "--select=linear-no-time",
        "--select=Paper",
        "--conv-layout=input_channels",
        "--format=Sparse",
        "--select=attn2\\.to_[kv]",
        "--rule=sd2-pruning",
        "--option=rule=wanda",
        "--allocation=uniform",
        "--allocation=alpha",
        "--method=random",
        "--unet-method=random",
        "--progress",
        "--no-progress",
      })
  void takesOption(String option) throws IOException {
    Path source = Checkpoints.folder(temp);

    Run run = Cli.run("prune", source, "--out", temp.resolve("pruned"), "--unet=35%", option);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err().isEmpty()).isEqualTo(!option.equals("--progress"));
  }

  @Test
  void prunesInGroups() throws IOException {
    Path source = Checkpoints.folder(temp);
    Path target = temp.resolve("pruned");

    Run run =
        Cli.run(
            "prune",
            source,
            "--out",
            target,
            "--unet=50%",
            "--pattern=2:4",
            "--skip-incomplete",
            "--select=all",
            "--conv-layout=flattened");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("unet +magnitude +50%.* 50\\.00%");
  }
}
