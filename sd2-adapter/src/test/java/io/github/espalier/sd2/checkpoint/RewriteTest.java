package io.github.espalier.sd2.checkpoint;

import static io.github.espalier.sd2.checkpoint.Sd2Checkpoint.TEXT_ENCODER;
import static io.github.espalier.sd2.checkpoint.Sd2Checkpoint.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.model.RewriteOptions.StorageFormat;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.prune.ProgressListener;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.prune.PruningStep;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.sparsity.SparsityPattern.IncompleteGroup;
import io.github.espalier.methods.magnitude.Magnitude;
import io.github.espalier.methods.saved.SavedMasks;
import io.github.espalier.sd2.masks.MaskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteTest {
  private static final Magnitude MAGNITUDE = Magnitude.withDefaults();

  @TempDir Path folder;

  private static PruningPlan plan(double text, double unet) {
    return PruningPlan.builder()
        .prune(TEXT_ENCODER, MAGNITUDE, Sparsity.of(text))
        .prune(UNET, MAGNITUDE, Sparsity.of(unet))
        .build();
  }

  private static PruningReport prune(Path source, Path target, PruningPlan plan, Pruner pruner)
      throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source)) {
      return pruner.prune(checkpoint, plan, target);
    }
  }

  private Path source(String name) throws IOException {
    return switch (name) {
      case "sharded" ->
          TestCheckpoints.copy(folder.resolve("sharded"), "small-f16", "variants/sharded");
      case "old-names" ->
          TestCheckpoints.copy(folder.resolve("old-names"), "small-f32", "variants/old-names");
      default -> TestCheckpoints.resource(name);
    };
  }

  private static SortedMap<String, ByteBuffer> withoutRecord(SortedMap<String, ByteBuffer> files) {
    SortedMap<String, ByteBuffer> rest = new TreeMap<>(files);
    rest.remove("espalier.json");
    return rest;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "small-f16",
        "small-f32",
        "small-sd15",
        "small-inpaint",
        "variants/fp16-variant",
        "sharded",
        "old-names"
      })
  void aFolderRewrittenUnprunedIsByteForByteItsSource(String name) throws IOException {
    Path source = source(name);
    Path target = folder.resolve("out");
    prune(source, target, plan(0, 0), Pruner.create());
    assertThat(withoutRecord(TestCheckpoints.content(target)))
        .isEqualTo(TestCheckpoints.content(source));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"small-f16.safetensors", "small-f32.safetensors", "small-sd15.safetensors"})
  void aSingleFileRewrittenUnprunedIsByteForByteItsSource(String name) throws IOException {
    Path source = source(name);
    Path target = folder.resolve("out.safetensors");
    prune(source, target, plan(0, 0), Pruner.create());
    assertThat(Files.mismatch(target, source)).isEqualTo(-1);
    assertThat(TestCheckpoints.names(folder))
        .containsExactly("out.espalier.json", "out.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"small-f16", "small-f32", "small-f16.safetensors", "sharded"})
  void theOutputIsTheSameBytesOnAnyNumberOfThreadsAndEveryRun(String name) throws IOException {
    Path source = source(name);
    SortedMap<String, ByteBuffer> first = null;
    for (int threads : new int[] {1, 2, 2, 5}) {
      Path target = folder.resolve("out" + threads + System.nanoTime() + ".safetensors");
      prune(source, target, plan(0.475, 0.35), Pruner.create().withThreads(threads));
      SortedMap<String, ByteBuffer> content = TestCheckpoints.content(target);
      if (first == null) {
        first = content;
      }
      assertThat(content.equals(first)).as("%s threads", threads).isTrue();
    }
  }

  @Test
  void bothLayoutsArePrunedAlike() throws IOException {
    Path fromFolder = folder.resolve("a");
    Path fromFile = folder.resolve("b.safetensors");
    prune(source("small-f16"), fromFolder, plan(0.6, 0.35), Pruner.create());
    prune(source("small-f16.safetensors"), fromFile, plan(0.6, 0.35), Pruner.create());
    try (Sd2Checkpoint one = Sd2Checkpoint.open(fromFolder);
        Sd2Checkpoint other = Sd2Checkpoint.open(fromFile)) {
      Map<String, Mask> expected = nonZeros(one);
      assertThat(nonZeros(other)).isEqualTo(expected);
    }
  }

  private static Map<String, Mask> nonZeros(Sd2Checkpoint checkpoint) throws IOException {
    Map<String, Mask> masks = new TreeMap<>();
    PruningPlan nothing =
        PruningPlan.builder()
            .add(
                PruningStep.of(UNET, MAGNITUDE, Sparsity.ZERO)
                    .withSelection(LayerSelection.LINEAR_AND_CONV2D))
            .prune(TEXT_ENCODER, MAGNITUDE, Sparsity.ZERO)
            .build();
    PruningReport report = Pruner.create().dryRun(checkpoint, nothing);
    for (LayerReport layer : report.layers()) {
      Layer found =
          checkpoint.layers().stream()
              .filter(
                  each ->
                      each.component().equals(layer.component())
                          && each.name().equals(layer.name()))
              .findFirst()
              .orElseThrow();
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(checkpoint.weights(found).byteSize()));
      checkpoint.weights(found).read(0, bytes);
      var mask = Mask.builder(found.shape());
      for (int i = 0; i < found.parameters(); i++) {
        if (bytes.get(2 * i) == 0 && (bytes.get(2 * i + 1) & 0x7f) == 0) {
          mask.prune(i);
        }
      }
      masks.put(found.qualifiedName(), mask.build());
    }
    return masks;
  }

  @Test
  void theReportCountsOverThreeDenominators() throws IOException {
    PruningReport report =
        prune(source("small-f16"), folder.resolve("out"), plan(0.475, 0.35), Pruner.create());
    assertThat(report.modelParameters()).isEqualTo(20_288 + 92_728 + 14_131);
    assertThat(report.selected()).isEqualTo(9_216 + 33_088);
    assertThat(report.components().get(0).parameters()).isEqualTo(20_288);
    assertThat(report.components().get(0).sparsityOfSelected()).isBetween(0.474, 0.4761);
    assertThat(report.components().get(1).sparsityOfComponent())
        .isEqualTo((double) report.components().get(1).zerosAfter() / 92_728);
    assertThat(report.skipped())
        .anyMatch(layer -> layer.name().equals("conv_in.weight"))
        .allMatch(layer -> layer.reason().startsWith("not selected"));
    assertThat(report.summary()).contains("text_encoder", "unet", "total", "of model");
    assertThat(Files.readString(folder.resolve("out/espalier.json")))
        .startsWith(report.provenance().substring(0, report.provenance().lastIndexOf('}')).strip())
        .contains("\"file\" : \"unet/diffusion_pytorch_model.safetensors\"", "headerSha256")
        .doesNotContain("seconds");
  }

  @Test
  void masksReproduceAPruning() throws IOException {
    Path source = source("small-f16");
    Map<String, Mask> masks = new TreeMap<>();
    prune(
        source,
        folder.resolve("first"),
        plan(0.475, 0.35),
        Pruner.create().withMaskSink((layer, mask) -> masks.put(layer.qualifiedName(), mask)));
    Path file = folder.resolve("masks.safetensors");
    MaskFile.write(file, new MaskSet(masks));
    MaskSet read = MaskFile.read(file);
    assertThat(read.masks()).isEqualTo(masks).hasSize(234);

    SavedMasks method = new SavedMasks(read);
    PruningPlan plan =
        PruningPlan.builder()
            .add(PruningStep.ofMasks(TEXT_ENCODER, method, LayerSelection.LINEAR))
            .add(PruningStep.ofMasks(UNET, method, LayerSelection.LINEAR))
            .build();
    prune(source, folder.resolve("second"), plan, Pruner.create());
    assertThat(
            withoutRecord(TestCheckpoints.content(folder.resolve("second")))
                .equals(withoutRecord(TestCheckpoints.content(folder.resolve("first")))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small-f16", "small-f32", "sharded", "old-names"})
  void theSparseFormatIsSmallerAndGivesTheSameFolderBack(String name) throws IOException {
    Path source = source(name);
    Path dense = folder.resolve("dense");
    Path sparse = folder.resolve("sparse");
    Path back = folder.resolve("back");
    PruningPlan plan =
        PruningPlan.builder()
            .add(
                PruningStep.of(UNET, MAGNITUDE, Sparsity.of(0.9))
                    .withSelection(LayerSelection.LINEAR_AND_CONV2D))
            .build();
    RewriteOptions options = RewriteOptions.withDefaults();
    prune(source, dense, plan, Pruner.create().withOptions(options));
    prune(
        source,
        sparse,
        plan,
        Pruner.create().withOptions(options.withFormat(StorageFormat.SPARSE)));
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(sparse)) {
      Sd2Converter.convert(
          checkpoint,
          CheckpointLayout.DIFFUSERS,
          back,
          ConversionOptions.withDefaults(),
          bytes -> {});
    }
    assertThat(
            withoutRecord(TestCheckpoints.content(back))
                .equals(withoutRecord(TestCheckpoints.content(dense))))
        .isTrue();
  }

  @Test
  void aSparseCheckpointCanBePrunedFurther() throws IOException {
    Path source = source("small-f16");
    RewriteOptions sparse = RewriteOptions.withDefaults().withFormat(StorageFormat.SPARSE);
    Path half = folder.resolve("half");
    prune(source, half, plan(0.5, 0.5), Pruner.create().withOptions(sparse));
    prune(half, folder.resolve("twice"), plan(0.8, 0.7), Pruner.create());
    prune(source, folder.resolve("once"), plan(0.8, 0.7), Pruner.create());
    assertThat(
            withoutRecord(TestCheckpoints.content(folder.resolve("twice")))
                .equals(withoutRecord(TestCheckpoints.content(folder.resolve("once")))))
        .isTrue();
    assertThat(Files.readString(folder.resolve("twice/espalier.json"))).contains("\"previous\"");
  }

  @Test
  void anExistingTargetStaysUnlessItMayBeReplaced() throws IOException {
    Path source = source("small-f16");
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> prune(source, target, plan(0, 0), Pruner.create()))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining(target.toString());
    assertThat(TestCheckpoints.names(folder)).containsExactly("out");
    assertThat(TestCheckpoints.names(target)).containsExactly("mine.txt");
    Pruner overwriting =
        Pruner.create().withOptions(RewriteOptions.withDefaults().withOverwrite(true));
    assertThatThrownBy(() -> prune(source, target, plan(0, 0), overwriting))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("no checkpoint");
    assertThat(TestCheckpoints.names(target)).containsExactly("mine.txt");
    Files.writeString(target.resolve("model_index.json"), "{}");
    prune(source, target, plan(0, 0), overwriting);
    assertThat(TestCheckpoints.names(folder)).containsExactly("out");
    assertThat(TestCheckpoints.names(target)).contains("espalier.json").doesNotContain("mine.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "inside", ".."})
  void aTargetThatOverlapsTheSourceIsRefused(String place) throws IOException {
    Path source = TestCheckpoints.copy(folder.resolve("a/b"), "small-f16");
    Path target = source.resolve(place);
    RewriteOptions overwrite = RewriteOptions.withDefaults().withOverwrite(true);
    assertThatThrownBy(
            () -> prune(source, target, plan(0, 0), Pruner.create().withOptions(overwrite)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overlaps");
    assertThat(TestCheckpoints.content(source))
        .isEqualTo(TestCheckpoints.content(TestCheckpoints.resource("small-f16")));
  }

  @Test
  void aCancelledRunLeavesNothing() throws IOException {
    Cancellation cancellation = new Cancellation();
    Pruner pruner =
        Pruner.create()
            .withCancellation(cancellation)
            .withListener(
                new ProgressListener() {
                  @Override
                  public void layerPruned(LayerReport layer) {
                    cancellation.cancel();
                  }
                });
    assertThatThrownBy(
            () -> prune(source("small-f16"), folder.resolve("out"), plan(0.5, 0.5), pruner))
        .isInstanceOf(CancellationException.class);
    assertThat(TestCheckpoints.names(folder)).isEmpty();
  }

  @Test
  void nonFiniteWeightsAreNamedAndLeaveNothing() throws IOException {
    Path source = TestCheckpoints.copy(folder.resolve("in"), "small-f16");
    Path weights = source.resolve("unet/diffusion_pytorch_model.safetensors");
    long position;
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source)) {
      position =
          checkpoint.contents().sources().stream()
              .filter(each -> each.layer().name().equals("time_embedding.linear_1.weight"))
              .findFirst()
              .orElseThrow()
              .begin();
    }
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0, 0x7e}), position);
    }
    assertThatThrownBy(() -> prune(source, folder.resolve("out"), plan(0.5, 0), Pruner.create()))
        .hasMessageContaining("unet/time_embedding.linear_1.weight")
        .hasMessageContaining("1 of ");
    assertThat(TestCheckpoints.names(folder)).containsExactly("in");
  }

  @Test
  void aSourceThatChangesWhileItIsReadIsNoticed() throws IOException {
    Path source = TestCheckpoints.copy(folder.resolve("in"), "small-f16");
    Pruner pruner =
        Pruner.create()
            .withListener(
                new ProgressListener() {
                  @Override
                  public void committing() {
                    try (FileChannel channel =
                        FileChannel.open(
                            source.resolve("unet/diffusion_pytorch_model.safetensors"),
                            StandardOpenOption.WRITE)) {
                      channel.truncate(channel.size() - 2);
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }
                });
    assertThatThrownBy(() -> prune(source, folder.resolve("out"), plan(0.5, 0.5), pruner))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("diffusion_pytorch_model.safetensors")
        .hasMessageContaining("changed");
    assertThat(TestCheckpoints.names(folder)).containsExactly("in");
  }

  @Test
  void groupsThatDoNotFillALayerAreRefusedOrSkipped() throws IOException {
    PruningStep step =
        PruningStep.of(UNET, MAGNITUDE, Sparsity.of(0.5))
            .withSelection(LayerSelection.LINEAR_AND_CONV2D);
    PruningPlan refused = PruningPlan.builder().add(step.withPattern(new Grouped(4, 8))).build();
    assertThatThrownBy(
            () -> prune(source("small-inpaint"), folder.resolve("x"), refused, Pruner.create()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groups of 8 do not fill");
    PruningPlan skipped =
        PruningPlan.builder()
            .add(step.withPattern(new Grouped(4, 8).with(IncompleteGroup.SKIP_LAYER)))
            .build();
    PruningReport report =
        prune(source("small-inpaint"), folder.resolve("y"), skipped, Pruner.create());
    assertThat(report.skipped()).anyMatch(layer -> layer.reason().contains("do not fill"));
    assertThat(report.layers()).allMatch(layer -> layer.pruned() * 2 == layer.weights());
  }

  @Test
  void globalPruningMeetsTheBudgetOverAllLayersTogether() throws IOException {
    PruningPlan plan =
        PruningPlan.builder()
            .add(
                PruningStep.of(UNET, MAGNITUDE, Sparsity.of(0.475))
                    .withPattern(SparsityPattern.GLOBAL))
            .build();
    PruningReport report = prune(source("small-f32"), folder.resolve("out"), plan, Pruner.create());
    long pruned = report.layers().stream().mapToLong(LayerReport::pruned).sum();
    assertThat(pruned).isEqualTo(Sparsity.of(0.475).countOf(33_088));
  }
}
