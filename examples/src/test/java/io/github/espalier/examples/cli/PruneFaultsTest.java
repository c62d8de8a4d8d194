package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault gives one clear line and an exit status, and leaves nothing behind. */
class PruneFaultsTest {
  private static final String LFS_POINTER =
      """
      version https://git-lfs.github.com/spec/v1
      oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
      size 3463726498
      """;
  private static final String HTML =
      """
      <!DOCTYPE html>
      <html><head><title>403 Forbidden</title></head></html>
      """;

  @TempDir Path temp;
  Path sources;
  Path outputs;
  Path source;

  @BeforeEach
  void unpack() throws IOException {
    sources = Files.createDirectory(temp.resolve("sources"));
    outputs = Files.createDirectory(temp.resolve("outputs"));
    source = Checkpoints.folder(sources);
  }

  private Run prune(Path from, Object... more) {
    Object[] args = new Object[6 + more.length];
    Object[] usual = {"prune", from, "--out", outputs.resolve("out"), "--text=47.5%", "--unet=35%"};
    System.arraycopy(usual, 0, args, 0, usual.length);
    System.arraycopy(more, 0, args, usual.length, more.length);
    return Cli.run(args);
  }

  private void assertFails(Run run, int status, String... parts) throws IOException {
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("espalier: ").contains(parts);
    assertThat(run.status()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(Checkpoints.names(outputs)).isEmpty();
  }

  @Test
  void sourceIsMissing() throws IOException {
    Path absent = sources.resolve("absent");
    assertFails(prune(absent), ExitStatus.FAILED, absent + ": there is no such file or folder");
  }

  @Test
  void sourceIsAnotherFolder() throws IOException {
    assertFails(prune(sources), ExitStatus.FAILED, sources + ": is no diffusers folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "file"})
  void targetExists(String kind) throws IOException {
    Path target = outputs.resolve("out");
    if (kind.equals("folder")) {
      Files.createDirectory(target);
      Files.writeString(target.resolve("precious.txt"), "mine");
    } else {
      Files.writeString(target, "mine");
    }
    Map<String, String> before = Checkpoints.stamps(outputs);

    Run run = prune(source);

    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(target + ": exists already", "--overwrite");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(Checkpoints.names(outputs)).containsExactly("out");
    assertThat(Checkpoints.stamps(outputs)).isEqualTo(before);
  }

  @Test
  void maskFileExists() throws IOException {
    Path masks = Files.writeString(sources.resolve("masks"), "mine");
    assertFails(prune(source, "--mask-out", masks), ExitStatus.FAILED, "exists already");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--report", "--mask-out"})
  void sideOutputCannotBeCreated(String option) throws IOException {
    Path file = Files.writeString(sources.resolve("file"), "mine");
    assertFails(
        prune(source, option, file.resolve("below/it")),
        ExitStatus.FAILED,
        file + ": is not a folder");
    assertFails(prune(source, option, file), ExitStatus.FAILED, file + ": exists already");
    assertFails(prune(source, option, sources), ExitStatus.FAILED, sources + ": is a folder");
    assertFails(prune(source, option, "/"), ExitStatus.FAILED, "/");
    assertThat(file).hasContent("mine");
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "not Linux");
    assertFails(
        prune(source, option, "/proc/espalier/file"), ExitStatus.FAILED, "/proc/espalier/file: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--report", "--mask-out"})
  void sideOutputIsPartOfSomethingElse(String option) throws IOException {
    Path out = outputs.resolve("out");
    assertFails(prune(source, option, out), ExitStatus.FAILED, option + " " + out, "the output");
    assertFails(
        prune(source, option, out.resolve("unet/file")), ExitStatus.FAILED, out + " or inside it");
    Path file = Files.copy(Checkpoints.singleFile(), sources.resolve("one.safetensors"));
    Run run =
        Cli.run(
            "prune",
            file,
            "--out",
            outputs.resolve("out.safetensors"),
            "--unet=35%",
            "--overwrite",
            option,
            file);
    assertFails(run, ExitStatus.FAILED, option + " " + file, "the source");
    assertThat(file).hasSameBinaryContentAs(Checkpoints.singleFile());
  }

  @Test
  void sideOutputsAreOneFile() throws IOException {
    Path both = outputs.resolve("both");
    assertFails(
        prune(source, "--report", both, "--mask-out", both), ExitStatus.FAILED, "--report " + both);
  }

  @Test
  void sideOutputFailsBeforeTheCheckpointIsRead() throws IOException {
    Path weights = source.resolve(Checkpoints.UNET_WEIGHTS);
    Files.writeString(weights, HTML);
    Path report = outputs.resolve("out/report");
    assertFails(prune(source, "--report", report), ExitStatus.FAILED, report.toString());
  }

  @Test
  void targetOverlapsSource() throws IOException {
    Run run = Cli.run("prune", source, "--out", source, "--unet=35%", "--overwrite");
    assertFails(run, ExitStatus.FAILED, "overlaps the source");
    run = Cli.run("prune", source, "--out", source.resolve("unet/out"), "--unet=35%");
    assertFails(run, ExitStatus.FAILED, "overlaps the source");
  }

  @Test
  void targetFolderIsReadOnly() throws IOException {
    assumeTrue(outputs.toFile().setWritable(false) && !Files.isWritable(outputs), "root may write");
    try {
      assertFails(prune(source), ExitStatus.FAILED, outputs.resolve("out") + ": permission denied");
    } finally {
      assertThat(outputs.toFile().setWritable(true)).isTrue();
    }
  }

  @Test
  void targetCannotHaveFolders() throws IOException {
    Path file = Files.writeString(sources.resolve("file"), "");
    Run run = Cli.run("prune", source, "--out", file.resolve("out"), "--unet=35%");
    assertFails(run, ExitStatus.FAILED, file.toString());
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "not Linux");
    run = Cli.run("prune", source, "--out", "/proc/espalier/out", "--unet=35%");
    assertFails(run, ExitStatus.FAILED, "/proc/espalier");
  }

  @Test
  void shardIsMissing() throws IOException {
    Path other = Files.createDirectory(sources.resolve("other"));
    Path sharded = Checkpoints.sharded(other);
    String shard = "model-00002-of-00002.safetensors";
    Files.delete(sharded.resolve("text_encoder").resolve(shard));
    assertFails(prune(sharded), ExitStatus.FAILED, shard);
  }

  @Test
  void indexNamesAnAbsentFile() throws IOException {
    Path other = Files.createDirectory(sources.resolve("other"));
    Path index = Checkpoints.sharded(other).resolve("text_encoder/model.safetensors.index.json");
    String shard = "model-00002-of-00002.safetensors";
    Files.writeString(index, Files.readString(index).replace(shard, "elsewhere.safetensors"));
    assertFails(prune(other.resolve("sd2")), ExitStatus.FAILED, "elsewhere.safetensors");
  }

  @Test
  void shapeDiffersFromConfiguration() throws IOException {
    Path config = source.resolve("text_encoder/config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\"intermediate_size\": \\d+", "\"intermediate_size\": 128"));
    assertFails(
        prune(source), ExitStatus.FAILED, "mlp.fc1", "has shape [", "the configuration needs [128");
  }

  @Test
  void weightsAreAnLfsPointer() throws IOException {
    Path file = source.resolve(Checkpoints.UNET_WEIGHTS);
    Files.writeString(file, LFS_POINTER);
    assertFails(prune(source), ExitStatus.FAILED, file.toString(), "LFS");
  }

  @Test
  void weightsAreAnHtmlPage() throws IOException {
    Path file = source.resolve(Checkpoints.UNET_WEIGHTS);
    Files.writeString(file, HTML);
    assertFails(prune(source), ExitStatus.FAILED, file.toString(), "HTML");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-0.ckpt", "model.bin", "model.pth"})
  void checkpointIsAPickle(String name) throws IOException {
    Path file = Files.write(sources.resolve(name), new byte[] {'P', 'K', 3, 4});
    assertFails(prune(file), ExitStatus.FAILED, file + ": ", "pickle");
  }

  @Test
  void componentIsAPickle() throws IOException {
    Path file = source.resolve(Checkpoints.UNET_WEIGHTS);
    Files.move(file, file.resolveSibling("diffusion_pytorch_model.bin"));
    assertFails(prune(source), ExitStatus.FAILED, "has no diffusion_pytorch_model", "pickle");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7c00", "fc00", "7e00"})
  void weightIsNotFinite(String bits) throws IOException {
    Layers.overwriteF16(source, "text_encoder", "fc1", Integer.parseInt(bits, 16));
    assertFails(prune(source), ExitStatus.FAILED, "text_encoder/", "mlp.fc1.weight: ", "finite");
  }

  @ParameterizedTest
  @CsvSource({
    "101%, outside 0% to 100%",
    "1.01, outside 0 to 1",
    "-5%, outside 0% to 100%",
    "half, is not a number",
    "NaN, is not a number",
  })
  void sparsityIsImpossible(String sparsity, String reason) throws IOException {
    Run run = Cli.run("prune", source, "--out", outputs.resolve("out"), "--unet=" + sparsity);
    assertFails(run, ExitStatus.USAGE, "'" + sparsity + "'", reason);
  }

  @Test
  void methodIsUnknown() throws IOException {
    assertFails(
        prune(source, "--method=magnitud"),
        ExitStatus.USAGE,
        "unknown pruning method 'magnitud'",
        "available: magnitude, ",
        "random",
        "nearest: magnitude");
  }

  @Test
  void layerPatternMatchesNothing() throws IOException {
    Run run =
        Cli.run(
            "prune", source, "--out", outputs.resolve("out"), "--unet=35%", "--select=atn2.to_q");
    assertFails(
        run,
        ExitStatus.FAILED,
        "component unet: ",
        "'atn2.to_q' selects none",
        "nearest: ",
        "attn2.to_q",
        "; --select also takes paper, linear-no-time, all, all-no-time");
  }

  @ParameterizedTest
  @CsvSource({
    "--select=(, is not a regular expression",
    "--pattern=3:4, is ambiguous",
    "--pattern=diagonal, unknown pattern",
    "--rule=wand, expected one of [exact",
    "--rule=WAND, unknown rule 'WAND'",
    "--conv-layout=other, none of input-channels",
    "--option=colour=red, no option 'colour'",
    "--allocation=owll, unknown sparsity allocation",
    "--allocation-option=lambda=0.1, allocation uniform has no option 'lambda'",
    "--format=zip, none of dense",
    "--unett=35%, did you mean --unet",
    "--threads=none, none",
  })
  void optionIsWrong(String option, String reason) throws IOException {
    assertFails(prune(source, option), ExitStatus.USAGE, reason, "(see espalier prune --help)");
  }

  @Test
  void nothingToPrune() throws IOException {
    Run run = Cli.run("prune", source, "--out", outputs.resolve("out"));
    assertFails(run, ExitStatus.USAGE, "nothing to prune");
    run = Cli.run("prune", source, "--unet=35%");
    assertFails(run, ExitStatus.USAGE, "--out");
    run = prune(source, "--masks", source);
    assertFails(run, ExitStatus.USAGE, "--masks");
  }

  @Test
  void noThreads() throws IOException {
    assertFails(prune(source, "--threads=0"), ExitStatus.USAGE, "'--threads'", "0 threads");
    for (String command : new String[] {"inspect", "diff", "bench prune"}) {
      Object[] args =
          Stream.of(command.split(" "), new String[] {"--threads=0"}).flatMap(Stream::of).toArray();
      assertFails(Cli.run(args), ExitStatus.USAGE, "0 threads");
    }
  }

  @Test
  void groupsDoNotFillALayer() throws IOException {
    Run run =
        Cli.run(
            "prune",
            source,
            "--out",
            outputs.resolve("out"),
            "--unet=50%",
            "--pattern=32-zeros-of-64");
    assertFails(run, ExitStatus.FAILED, "layer unet/", "groups of 64 do not fill");
  }

  @Test
  void masksAreOfAnotherModel() throws IOException {
    Path masks = sources.resolve("masks.safetensors");
    Run first =
        Cli.run(
            "prune", source, "--unet=35%", "--select=conv_in", "--mask-out", masks, "--dry-run");
    assertThat(first.status()).isZero();
    Path weights = source.resolve(Checkpoints.UNET_WEIGHTS);
    Run run = Cli.run("prune", source, "--out", outputs.resolve("out"), "--masks", weights);
    assertFails(run, ExitStatus.FAILED, weights + ": is no mask file");
  }

  @Test
  void sourceChangesWhileItIsRead() throws IOException {
    Path weights = source.resolve(Checkpoints.UNET_WEIGHTS);
    ChangingMethod.file = weights;
    Run run = prune(source, "--method=test-changing", "--threads=1");
    assertFails(run, ExitStatus.FAILED, weights.toString(), "changed");
  }

  @Test
  void userCancels() throws IOException {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Run run = Cli.run(cancellation, "prune", source, "--out", outputs.resolve("out"), "--unet=35%");
    assertFails(run, ExitStatus.CANCELLED, "cancelled");
  }

  @Test
  void debugPrintsTheStackTrace() throws IOException {
    Run run = prune(sources.resolve("absent"), "--debug");
    assertThat(run.errLines()).hasSizeGreaterThan(3);
    assertThat(run.err()).contains("\tat io.github.espalier");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
  }

  @Test
  void truncatedFile() throws IOException {
    Path weights = source.resolve(Checkpoints.UNET_WEIGHTS);
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 2);
    }
    assertFails(prune(source), ExitStatus.FAILED, weights.toString());
    Files.write(weights, List.of(), StandardCharsets.UTF_8);
    assertFails(prune(source), ExitStatus.FAILED, weights.toString());
    Files.write(weights, ByteBuffer.allocate(64).array());
    assertFails(prune(source), ExitStatus.FAILED, weights.toString());
  }
}
