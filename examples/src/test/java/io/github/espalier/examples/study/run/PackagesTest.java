package io.github.espalier.examples.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies whose U-Net is calibrated in packages. */
class PackagesTest {
  private static final String PLAN =
      """
      {"name": "packages", "captions": "captions.txt", "images": 2,
       "sampling": {"width": 16, "height": 16, "steps": 1},
       "scores": {"clipScore": false, "distance": "none"},
       "calibration": {"captions": "captions.txt", "limit": 2, "steps": 1},
       "experiments": [
        {"id": "a", "unet": {"method": "obs-diff", "selection": "all-no-time"},
         "sparsities": [0.5]}]}
      """;

  @TempDir Path temp;
  Fixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new Fixture(temp);
  }

  private StudyPlan plan(String more) throws IOException {
    return StudyPlan.of(
        new JsonFile(
            fixture.plan,
            new ObjectMapper().readTree(PLAN.replace("no-time\"", "no-time\"" + more))));
  }

  private ConfigurationResult run(String more) throws IOException {
    Path out = temp.resolve("out" + more.hashCode());
    StudyResult result = fixture.run(plan(more), out, StudyListener.NONE, new Cancellation());
    try (Stream<Path> calibrations = Files.list(out.resolve("calibration"))) {
      List<Path> kept = calibrations.toList();
      assertThat(kept).hasSize(more.isEmpty() ? 1 : 0);
    }
    return result.configurations().get(1);
  }

  /** Nothing is pruned before the first package is calibrated. */
  @Test
  void oneForAllLayersIsTheCalibrationOfTheDenseModelAndMoreAreNot() throws IOException {
    ConfigurationResult dense = run("");
    ConfigurationResult one = run(", \"packages\": 1");
    ConfigurationResult two = run(", \"packages\": 2");

    assertThat(one.layers()).isEqualTo(dense.layers());
    assertThat(two.layers())
        .isNotEqualTo(dense.layers())
        .hasSameSizeAs(dense.layers())
        .anyMatch(layer -> layer.name().contains("conv"))
        .allSatisfy(layer -> assertThat(layer.outputError()).isNotNull());
  }

  @Test
  void estimateCountsACalibrationForEachPackageOfEachModel() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(fixture.checkpoint)) {
      long dense = calls(checkpoint, "");

      assertThat(dense).isEqualTo(2);
      assertThat(calls(checkpoint, ", \"packages\": 3")).isEqualTo(3 * dense);
    }
  }

  private long calls(Sd2Checkpoint checkpoint, String more) throws IOException {
    return StudyEstimate.of(checkpoint, plan(more), StudyOptions.withDefaults(), new Cancellation())
        .calibrationCalls();
  }
}
