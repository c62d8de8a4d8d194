package io.github.espalier.sd2.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.prune.LayerPruner;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistics of the text encoder against sums over what a tap recorded. */
class TextCalibrationTest {
  private static final String QUERY =
      "text_encoder/text_model.encoder.layers.1.self_attn.q_proj.weight";
  private static final InMemoryPruning PRUNING =
      InMemoryPruning.of(new Fixtures.Scored(), Sparsity.of(0.5));

  @TempDir private Path folder;
  private final Compute compute = Compute.withThreads(2);
  private Sd2Checkpoint checkpoint;
  private TextCalibration calibration;

  @BeforeEach
  void open() throws IOException {
    checkpoint = Fixtures.checkpoint();
    calibration =
        TextCalibration.of(checkpoint)
            .withSettings(CalibrationSettings.withDefaults().withSaveEvery(4));
  }

  @AfterEach
  void close() throws IOException {
    checkpoint.close();
    compute.close();
  }

  private Path run(TextCalibration which, String name) throws IOException {
    Path target = folder.resolve(name);
    which.run(compute, Fixtures.CAPTIONS, target, false, CalibrationListener.NONE);
    return target;
  }

  private List<Tokens> tokens() throws IOException {
    var tokenizer = checkpoint.tokenizer();
    return Fixtures.CAPTIONS.texts().stream().map(tokenizer::encode).toList();
  }

  /** Runs an encoder in the batches that saving after four captions leads to. */
  private Fixtures.Recorder record(InMemoryModel model) throws IOException {
    Fixtures.Recorder recorder = new Fixtures.Recorder();
    try (Parameters parameters = new Parameters(model, Sd2Checkpoint.TEXT_ENCODER)) {
      ClipTextEncoder encoder = ClipTextEncoder.load(checkpoint.config().textEncoder(), parameters);
      List<int[]> ids =
          tokens().stream()
              .map(each -> each.ids().stream().mapToInt(Integer::intValue).toArray())
              .toList();
      for (List<int[]> batch : List.of(ids.subList(0, 4), ids.subList(4, 6))) {
        compute.release(encoder.forward(compute.withTap(recorder), batch));
      }
    }
    return recorder;
  }

  /** Rows of the recorded inputs that are no padding. */
  private List<double[]> withoutPadding(List<double[]> rows) throws IOException {
    List<double[]> kept = new ArrayList<>();
    int at = 0;
    for (Tokens each : tokens()) {
      kept.addAll(rows.subList(at, at + each.length()));
      at += each.ids().size();
    }
    return kept;
  }

  /**
   * Products of a block of rows are summed in binary32, and the Gram matrix is stored so: 1e-5 of
   * the product of the inputs' norms is far above both.
   */
  private static void compare(InputStatistics found, List<double[]> rows) {
    int width = found.width();
    double[] sums = new double[width];
    double[][] gram = new double[width][width];
    for (double[] row : rows) {
      assertThat(row).hasSize(width);
      for (int i = 0; i < width; i++) {
        sums[i] += row[i];
        for (int j = 0; j < width; j++) {
          gram[i][j] += row[i] * row[j];
        }
      }
    }
    assertThat(found.tokens()).isEqualTo(rows.size());
    SymmetricMatrix matrix = found.gram().orElseThrow();
    for (int i = 0; i < width; i++) {
      double norm = Math.sqrt(gram[i][i] * rows.size());
      assertThat(found.sums()[i]).isCloseTo(sums[i], within(1e-5 * norm));
      assertThat(found.sumsOfSquares()[i]).isCloseTo(gram[i][i], within(1e-5 * gram[i][i]));
      for (int j = 0; j < width; j++) {
        double bound = 1e-5 * Math.sqrt(gram[i][i] * gram[j][j]);
        assertThat(matrix.get(i, j)).isCloseTo(gram[i][j], within(bound));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneShotSumsEveryInput(boolean padTokens) throws IOException {
    Fixtures.Recorder recorder = record(InMemoryModel.of(checkpoint));
    Path file = run(calibration.withPadTokens(padTokens), "one-shot");
    try (StatisticsFile statistics = StatisticsFile.open(file, checkpoint);
        TensorScope scope = new TensorScope()) {
      int compared = 0;
      for (Layer layer : checkpoint.layers()) {
        if (!layer.component().equals(Sd2Checkpoint.TEXT_ENCODER)
            || layer.kind() != LayerKind.LINEAR) {
          continue;
        }
        InputStatistics found = statistics.of(layer, scope).orElseThrow();
        List<double[]> rows = recorder.of(layer.name());
        compare(found, padTokens ? rows : withoutPadding(rows));
        assertThat(found.samples()).isEqualTo(Fixtures.CAPTIONS.texts().size());
        assertThat(found.sampleWeight()).isEqualTo(Fixtures.CAPTIONS.texts().size());
        compared++;
      }
      assertThat(compared).isEqualTo(18);
      // q, k and v share; out, fc1 and fc2 do not.
      assertThat(statistics.layers()).hasSize(12);
      for (List<String> sharing : statistics.layers()) {
        assertThat(sharing)
            .map(each -> statistics.input(Fixtures.layer(checkpoint, each)))
            .containsOnly(sharing.get(0));
      }
      assertThat(statistics.of(Fixtures.layer(checkpoint, "unet/conv_in.weight"), scope)).isEmpty();
    }
  }

  @Test
  void sequentialIsTheLoopOverBlocks() throws IOException {
    Path file = run(calibration.withSequentialPruning(PRUNING), "sequential");
    InMemoryModel model = InMemoryModel.of(checkpoint);
    try (StatisticsFile statistics = StatisticsFile.open(file, checkpoint)) {
      for (int block = 0; block < 3; block++) {
        Fixtures.Recorder recorder = record(model);
        String name = "text_model.encoder.layers." + block + ".";
        for (Layer layer : checkpoint.layers()) {
          if (!layer.name().startsWith(name) || layer.kind() != LayerKind.LINEAR) {
            continue;
          }
          List<double[]> rows = recorder.of(layer.name());
          try (TensorScope scope = new TensorScope()) {
            compare(statistics.of(layer, scope).orElseThrow(), rows);
          }
          TensorData direct = prune(layer, directly(rows));
          assertThat(bytes(prune(layer, statistics))).isEqualTo(bytes(direct));
          model.put(layer, direct);
        }
      }
    }
  }

  /** Differs from one shot, or the test above could not tell them apart. */
  @Test
  void laterBlocksSeeEarlierOnesPruned() throws IOException {
    Path oneShot = run(calibration, "one-shot");
    Path sequential = run(calibration.withSequentialPruning(PRUNING), "sequential");
    try (StatisticsFile first = StatisticsFile.open(oneShot);
        StatisticsFile second = StatisticsFile.open(sequential);
        TensorScope scope = new TensorScope()) {
      Layer query = Fixtures.layer(checkpoint, QUERY);
      Layer firstQuery = Fixtures.layer(checkpoint, QUERY.replace("layers.1", "layers.0"));
      assertThat(second.of(firstQuery, scope).orElseThrow().sums())
          .isEqualTo(first.of(firstQuery, scope).orElseThrow().sums());
      assertThat(second.of(query, scope).orElseThrow().sums())
          .isNotEqualTo(first.of(query, scope).orElseThrow().sums());
      // An object without a text of its own would be another one in the process that resumes.
      assertThat(second.fingerprint().pruning().orElseThrow())
          .contains("scored")
          .doesNotContain("@");
    }
  }

  private static LayerStatistics directly(List<double[]> rows) {
    int width = rows.get(0).length;
    double[] squares = new double[width];
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        squares[i] += row[i] * row[i];
      }
    }
    InputStatistics statistics =
        new InputStatistics(new double[width], squares, Optional.empty(), rows.size(), 1, 1);
    return (layer, scope) -> Optional.of(statistics);
  }

  private TensorData prune(Layer layer, LayerStatistics statistics) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      return LayerPruner.prune(
          PRUNING.method(),
          new LayerContext(
              layer,
              checkpoint.weights(layer),
              PRUNING.sparsity(),
              SparsityPattern.LAYER,
              statistics,
              scope));
    }
  }

  private static ByteBuffer bytes(TensorData data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) data.byteSize());
    data.read(0, bytes);
    return bytes.flip();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stoppedAnywhereItEndsWithTheSameBytes(boolean sequential) throws IOException {
    TextCalibration which = sequential ? calibration.withSequentialPruning(PRUNING) : calibration;
    byte[] expected = Files.readAllBytes(run(which, "expected"));
    Path target = folder.resolve("stopped");
    int runs = 0;
    for (int allowed = 3; !Files.exists(target); allowed += 5) {
      AtomicInteger checks = new AtomicInteger(allowed);
      Compute stopping =
          compute.withCheck(
              () -> {
                if (checks.decrementAndGet() < 0) {
                  throw new CancellationException("stopped");
                }
              });
      try {
        which.run(stopping, Fixtures.CAPTIONS, target, false, CalibrationListener.NONE);
      } catch (CancellationException e) {
        runs++;
        assertThat(target).doesNotExist();
      }
    }
    assertThat(runs).isGreaterThan(3);
    assertThat(Files.readAllBytes(target)).isEqualTo(expected);
    try (var left = Files.list(folder)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("expected", "stopped");
    }
  }

  @Test
  void resumesFromWhatWasSaved() throws IOException {
    Path target = folder.resolve("resumed");
    List<Integer> first = new ArrayList<>();
    List<Integer> second = new ArrayList<>();
    CalibrationListener stopping =
        new CalibrationListener() {
          @Override
          public void progress(int stage, int stages, int done, int captions) {
            first.add(done);
            throw new CancellationException("stopped");
          }
        };
    CalibrationListener listening =
        new CalibrationListener() {
          @Override
          public void progress(int stage, int stages, int done, int captions) {
            second.add(done);
          }
        };
    assertThatThrownBy(() -> calibration.run(compute, Fixtures.CAPTIONS, target, false, stopping))
        .isInstanceOf(CancellationException.class);
    assertThatThrownBy(
            () ->
                calibration
                    .withPadTokens(false)
                    .run(compute, Fixtures.CAPTIONS, target, false, listening))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("other settings");
    assertThatThrownBy(
            () ->
                calibration.run(compute, Fixtures.CAPTIONS.limitedTo(5), target, false, listening))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("other captions (6, not 5)");
    calibration.run(compute, Fixtures.CAPTIONS, target, false, listening);
    assertThat(first).containsExactly(4);
    assertThat(second).containsExactly(6);
  }

  @Test
  void threadsDoNotMatter() throws IOException {
    byte[] expected = Files.readAllBytes(run(calibration, "two"));
    Path target = folder.resolve("three");
    try (Compute three = Compute.withThreads(3)) {
      calibration.run(three, Fixtures.CAPTIONS, target, false, CalibrationListener.NONE);
    }
    assertThat(Files.readAllBytes(target)).isEqualTo(expected);
  }

  @Test
  void namesLayerAndCaptionOfWhatIsNotFinite() throws IOException {
    Path bad =
        Fixtures.copyWith(
            folder.resolve("bad"),
            "text_encoder/text_model.encoder.layers.1.layer_norm2.weight",
            "text_encoder/model.safetensors",
            Float.NaN);
    Path target = folder.resolve("statistics");
    try (Sd2Checkpoint broken = Sd2Checkpoint.open(bad)) {
      TextCalibration afterTheFirstBlock =
          TextCalibration.of(broken).withSequentialPruning(PRUNING);
      for (TextCalibration each : List.of(TextCalibration.of(broken), afterTheFirstBlock)) {
        assertThatThrownBy(
                () -> each.run(compute, Fixtures.CAPTIONS, target, false, CalibrationListener.NONE))
            .isInstanceOf(PruningException.class)
            .hasMessageContaining("layers.1.mlp.fc1.weight: input 0 is NaN for caption 1, 'a cat'");
      }
    }
    assertThat(folder).isDirectoryNotContaining("glob:**/statistics*");
  }

  @Test
  void refusesStatisticsOfOtherWeights() throws IOException {
    Path file = run(calibration, "statistics");
    Path other =
        Fixtures.copyWith(folder.resolve("other"), QUERY, "text_encoder/model.safetensors", 0);
    try (Sd2Checkpoint changed = Sd2Checkpoint.open(other)) {
      assertThatThrownBy(() -> StatisticsFile.open(file, changed))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining("has statistics of another text_encoder");
    }
    assertThatThrownBy(
            () ->
                StatisticsFile.open(
                    Fixtures.folder()
                        .resolve("unet")
                        .resolve("diffusion_pytorch_model.safetensors")))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("is no file of statistics");
  }

  @Test
  void refusesWhatCannotBeDone() throws IOException {
    Path file = run(calibration, "statistics");
    assertThatThrownBy(() -> run(calibration, "statistics"))
        .isInstanceOf(FileAlreadyExistsException.class);
    CalibrationSettings embeddings =
        CalibrationSettings.withDefaults()
            .withSelection(LayerSelection.ofKind(LayerKind.EMBEDDING));
    assertThatThrownBy(() -> run(calibration.withSettings(embeddings), "embeddings"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiplies an input");
    assertThatThrownBy(() -> CalibrationSettings.withDefaults().withNeed(StatisticsNeed.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(file).exists();
    assertThat(folder.resolve("embeddings")).doesNotExist();
  }
}
