package io.github.espalier.sd2.calibration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.method.PruningException;
import io.github.espalier.core.model.InMemoryModel;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.SymmetricMatrix;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.LayerTap;
import io.github.espalier.sd2.nn.Parameters;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.pipeline.GuidedSampling;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.pipeline.SamplingListener;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.unet.Unet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Statistics of the U-Net against sums over what a tap recorded in the same sampling runs. */
class UnetCalibrationTest {
  private static final int STEPS = 3;
  private static final String CONTEXT =
      "unet/down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight";
  private static final Captions CAPTIONS = Fixtures.CAPTIONS.limitedTo(3);
  private static final InMemoryPruning PRUNING =
      InMemoryPruning.of(new Fixtures.Scored(), Sparsity.of(0.5));

  @TempDir private Path folder;
  private final Compute compute = Compute.withThreads(2);
  private Sd2Checkpoint checkpoint;
  private UnetSettings sampling;
  private UnetCalibration calibration;

  @BeforeEach
  void open() throws IOException {
    checkpoint = Fixtures.checkpoint();
    sampling =
        UnetSettings.withDefaults()
            .withSeed(5)
            .withGeneration(
                GenerationSettings.withDefaults()
                    .withSteps(STEPS)
                    .withGuidanceScale(3)
                    .withSize(64, 72));
    calibration =
        UnetCalibration.of(checkpoint)
            .withSampling(sampling)
            .withSettings(
                CalibrationSettings.withDefaults()
                    .withSelection(LayerSelection.LINEAR_AND_CONV2D)
                    .withSaveEvery(2));
  }

  @AfterEach
  void close() throws IOException {
    checkpoint.close();
    compute.close();
  }

  private Path run(UnetCalibration which, String name) throws IOException {
    Path target = folder.resolve(name);
    which.run(compute, CAPTIONS, target, false, CalibrationListener.NONE);
    return target;
  }

  /** Inputs as rows, and the weight of each. */
  private static final class Rows {
    final List<float[]> rows = new ArrayList<>();
    final List<Double> weights = new ArrayList<>();
    double samples;
  }

  /** Keeps what every layer multiplies; patches by the definition of a convolution. */
  private final class Recorder implements LayerTap, SamplingListener {
    final Map<String, Rows> layers = new HashMap<>();
    final Map<String, Layer> known = new HashMap<>();
    double weight;

    Recorder() {
      checkpoint.layers().forEach(layer -> known.put(layer.name(), layer));
    }

    @Override
    public void before(int call) {
      weight = StepWeights.LOG_DOWN.at(call, STEPS);
    }

    @Override
    public void input(String name, FeatureMap input) {
      for (int row = 0; row < input.values().rows(); row++) {
        float[] values = new float[input.channels()];
        input.values().get(row, 0, values, 0, values.length);
        add(name, values);
      }
      rows(name).samples += weight * input.samples();
    }

    @Override
    public void convolution(String name, FeatureMap input, Conv2d.Geometry geometry) {
      int height = geometry.outputHeight(input.height());
      int width = geometry.outputWidth(input.width());
      for (int sample = 0; sample < input.samples(); sample++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            add(name, patch(input, geometry, sample, y * geometry.stride(), x * geometry.stride()));
          }
        }
      }
      rows(name).samples += weight * input.samples();
    }

    private float[] patch(
        FeatureMap input, Conv2d.Geometry geometry, int sample, int top, int left) {
      float[] patch = new float[input.channels() * geometry.height() * geometry.width()];
      int at = 0;
      for (int channel = 0; channel < input.channels(); channel++) {
        for (int kh = 0; kh < geometry.height(); kh++) {
          for (int kw = 0; kw < geometry.width(); kw++) {
            int y = top + kh - geometry.padding().top();
            int x = left + kw - geometry.padding().left();
            if (y >= 0 && y < input.height() && x >= 0 && x < input.width()) {
              int row = (sample * input.height() + y) * input.width() + x;
              patch[at] = input.values().get(row, channel);
            }
            at++;
          }
        }
      }
      return patch;
    }

    private Rows rows(String name) {
      return layers.computeIfAbsent(name, any -> new Rows());
    }

    private void add(String name, float[] values) {
      rows(name).rows.add(values);
      rows(name).weights.add(weight);
    }
  }

  private Map<String, Rows> record(InMemoryModel model) throws IOException {
    Recorder recorder = new Recorder();
    try (Parameters text = new Parameters(checkpoint, Sd2Checkpoint.TEXT_ENCODER);
        Parameters parameters = new Parameters(model, Sd2Checkpoint.UNET)) {
      GuidedSampling guided =
          GuidedSampling.of(
              checkpoint.config(),
              ClipTextEncoder.load(checkpoint.config().textEncoder(), text),
              Unet.load(checkpoint.config().unet(), parameters),
              checkpoint.tokenizer(),
              sampling.generation(),
              SchedulerConfig.read(checkpoint.source().resolve("scheduler/scheduler_config.json"))
                  .asStableDiffusionPipelineDoes());
      for (int i = 0; i < CAPTIONS.texts().size(); i++) {
        ImageRequest request = ImageRequest.of(CAPTIONS.texts().get(i), 5 + i);
        guided.run(compute.withTap(recorder), request, recorder);
      }
    }
    return recorder.layers;
  }

  /**
   * Products of a block of rows are summed in binary32, of inputs times the root of their weight in
   * binary32, and the Gram matrix is stored so: 1e-5 of the product of the inputs' norms is far
   * above that.
   */
  private static void compare(Layer layer, InputStatistics found, Rows expected) {
    int width = found.width();
    double[] sums = new double[width];
    double[][] gram = new double[width][width];
    for (int row = 0; row < expected.rows.size(); row++) {
      float[] values = expected.rows.get(row);
      double weight = expected.weights.get(row);
      for (int i = 0; i < width; i++) {
        sums[i] += weight * values[i];
        for (int j = 0; j < width; j++) {
          gram[i][j] += weight * values[i] * values[j];
        }
      }
    }
    assertThat(found.tokens()).as("%s", layer).isEqualTo(expected.rows.size());
    assertThat(found.sampleWeight()).as("%s", layer).isCloseTo(expected.samples, within(1e-9));
    SymmetricMatrix matrix = found.gram().orElseThrow();
    for (int i = 0; i < width; i++) {
      double norm = Math.sqrt(gram[i][i] * expected.rows.size());
      assertThat(found.sums()[i]).isCloseTo(sums[i], within(1e-5 * norm));
      for (int j = 0; j < width; j++) {
        double bound = 1e-5 * Math.sqrt(gram[i][i] * gram[j][j]);
        if (!(Math.abs(matrix.get(i, j) - gram[i][j]) <= bound)) {
          assertThat(matrix.get(i, j)).as("%s", layer).isCloseTo(gram[i][j], within(bound));
        }
      }
    }
  }

  @Test
  void oneShotSumsEveryInput() throws IOException {
    Map<String, Rows> recorded = record(InMemoryModel.of(checkpoint));
    try (StatisticsFile statistics = StatisticsFile.open(run(calibration, "file"), checkpoint);
        TensorScope scope = new TensorScope()) {
      int compared = 0;
      for (Layer layer : checkpoint.layers()) {
        if (layer.component().equals(Sd2Checkpoint.UNET) && layer.kind().isWeight()) {
          compare(
              layer,
              statistics.of(layer, scope).orElseThrow(),
              requireNonNull(recorded.get(layer.name())));
          compared++;
        }
      }
      assertThat(compared).isGreaterThan(200);
      List<String> context =
          statistics.layers().stream()
              .filter(each -> each.contains(CONTEXT))
              .findFirst()
              .orElseThrow();
      assertThat(context).hasSize(32).allMatch(name -> name.contains(".attn2.to_"));
    }
  }

  @Test
  void packagesSeeEarlierOnesPruned() throws IOException {
    List<String> pruned = new ArrayList<>();
    CalibrationListener listener =
        new CalibrationListener() {
          @Override
          public void layerPruned(Layer layer) {
            pruned.add(layer.name());
          }
        };
    Path target = folder.resolve("packages");
    calibration.withPackages(2, PRUNING).run(compute, CAPTIONS, target, false, listener);
    try (StatisticsFile statistics = StatisticsFile.open(target, checkpoint)) {
      // An object without a text of its own would be another one in the process that resumes.
      assertThat(statistics.fingerprint().settings()).contains("DDIM").doesNotContain("@");
      InMemoryModel model = InMemoryModel.of(checkpoint);
      Map<String, Rows> dense = record(model);
      List<Layer> first =
          checkpoint.layers().stream()
              .filter(layer -> layer.component().equals(Sd2Checkpoint.UNET))
              .filter(layer -> pruned.contains(layer.name()))
              .toList();
      for (Layer layer : first) {
        try (TensorScope scope = new TensorScope()) {
          model.put(layer, PRUNING.prune(checkpoint, layer, statistics, InputMemo.in(scope)));
        }
      }
      Map<String, Rows> after = record(model);
      int later = 0;
      for (Layer layer : checkpoint.layers()) {
        if (layer.component().equals(Sd2Checkpoint.UNET) && layer.kind().isWeight()) {
          boolean isFirst = first.contains(layer);
          try (TensorScope scope = new TensorScope()) {
            compare(
                layer,
                statistics.of(layer, scope).orElseThrow(),
                requireNonNull((isFirst ? dense : after).get(layer.name())));
          }
          later += isFirst ? 0 : 1;
        }
      }
      assertThat(first).hasSizeGreaterThan(20);
      assertThat(later).isGreaterThan(20);
    }
  }

  private double[] contextCounts(TextStates states, int sampled) throws IOException {
    Path file =
        run(
            calibration.withSampling(sampling.withTextStates(states).withSampledCalls(sampled)),
            states + "-" + sampled);
    try (StatisticsFile statistics = StatisticsFile.open(file, checkpoint);
        TensorScope scope = new TensorScope()) {
      InputStatistics context =
          statistics.of(Fixtures.layer(checkpoint, CONTEXT), scope).orElseThrow();
      InputStatistics in =
          statistics.of(Fixtures.layer(checkpoint, "unet/conv_in.weight"), scope).orElseThrow();
      return new double[] {context.samples(), context.sampleWeight(), in.samples()};
    }
  }

  @Test
  void textStatesCountAsOftenAsAsked() throws IOException {
    double weights = StepWeights.LOG_DOWN.at(1, STEPS) + 1.2 + 0.8;
    assertThat(contextCounts(TextStates.AS_THEY_COME, 0))
        .containsExactly(new double[] {18, 6 * weights, 18}, within(1e-12));
    assertThat(contextCounts(TextStates.NEGATIVE_PROMPT_ONCE, 0))
        .containsExactly(new double[] {10, 3 * weights + 1.2, 18}, within(1e-12));
    assertThat(contextCounts(TextStates.EACH_TEXT_ONCE, 0))
        .containsExactly(new double[] {4, 4, 18}, within(1e-12));
    assertThat(contextCounts(TextStates.EACH_TEXT_ONCE, 1))
        .containsExactly(new double[] {4, 4, 6}, within(1e-12));
  }

  @Test
  void threadsDoNotMatter() throws IOException {
    byte[] expected = Files.readAllBytes(run(calibration, "two"));
    Path target = folder.resolve("three");
    try (Compute three = Compute.withThreads(3)) {
      calibration.run(three, CAPTIONS, target, false, CalibrationListener.NONE);
    }
    assertThat(Files.readAllBytes(target)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"MOMENTS", "GRAM"})
  void stoppedAnywhereItEndsWithTheSameBytes(StatisticsNeed need) throws IOException {
    UnetCalibration which =
        calibration
            .withSettings(CalibrationSettings.withDefaults().withNeed(need).withSaveEvery(1))
            .withPackages(3, PRUNING);
    byte[] expected = Files.readAllBytes(run(which, "expected"));
    Path target = folder.resolve("stopped");
    int stops = 0;
    for (int allowed = 300; !Files.exists(target); allowed += 150) {
      AtomicInteger checks = new AtomicInteger(allowed);
      Compute stopping =
          compute.withCheck(
              () -> {
                if (checks.decrementAndGet() < 0) {
                  throw new CancellationException("stopped");
                }
              });
      try {
        which.run(stopping, CAPTIONS, target, false, CalibrationListener.NONE);
      } catch (CancellationException e) {
        stops++;
        assertThat(target).doesNotExist();
      }
    }
    assertThat(stops).isGreaterThan(1);
    assertThat(Files.readAllBytes(target)).isEqualTo(expected);
  }

  @Test
  void namesLayerAndCaptionOfWhatIsNotFinite() throws IOException {
    Path bad =
        Fixtures.copyWith(
            folder.resolve("bad"),
            "unet/down_blocks.1.resnets.0.norm1.weight",
            "unet/diffusion_pytorch_model.safetensors",
            Float.NaN);
    try (Sd2Checkpoint broken = Sd2Checkpoint.open(bad)) {
      UnetCalibration which =
          UnetCalibration.of(broken)
              .withSampling(sampling)
              .withSettings(
                  CalibrationSettings.withDefaults()
                      .withSelection(LayerSelection.ofKind(LayerKind.CONV2D)));
      assertThatThrownBy(() -> run(which, "file"))
          .isInstanceOf(PruningException.class)
          .hasMessageContaining(
              "down_blocks.1.resnets.0.conv1.weight: input 0 is NaN for caption 1")
          .hasMessageContaining("at evaluation 1 of 3");
    }
    assertThat(folder.resolve("file")).doesNotExist();
  }

  @Test
  void refusesMorePackagesThanInputs() {
    assertThatThrownBy(() -> run(calibration.withPackages(1000, PRUNING), "file"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("packages is 1000, but must be from 1 to");
    assertThat(folder.resolve("file")).doesNotExist();
  }

  /** The matrix class has no equality of its own, on which the finding of shared inputs rests. */
  @Test
  void matricesAreToldApartByIdentity() {
    try (TensorScope scope = new TensorScope()) {
      FloatMatrix one = FloatMatrix.of(scope.zeros(1, 1));
      assertThat(one.rows(0, 1)).isNotEqualTo(one);
    }
  }
}
