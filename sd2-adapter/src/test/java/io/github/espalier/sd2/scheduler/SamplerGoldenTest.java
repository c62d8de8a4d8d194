package io.github.espalier.sd2.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.sd2.noise.TorchRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against diffusers 0.42.1. */
final class SamplerGoldenTest {
  /**
   * Relative to the largest value of the run. Both sides round to F32 in up to 59 calls, and
   * PyTorch's F32 roots are off by a unit in the last place in a fifth of all cases.
   */
  private static final double TOLERANCE = 2e-6;

  @TempDir Path folder;

  static Stream<JsonNode> schedules() {
    return Golden.list("schedules");
  }

  static Stream<JsonNode> timesteps() {
    return Golden.list("timesteps");
  }

  static Stream<JsonNode> runs() {
    return Golden.list("runs");
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void cumulativeAlphasAreEqual(JsonNode golden) {
    BetaSchedule curve =
        Stream.of(BetaSchedule.values())
            .filter(each -> each.configName().equals(golden.get("curve").textValue()))
            .findFirst()
            .orElseThrow();
    NoiseSchedule schedule =
        NoiseSchedule.of(
            curve,
            golden.get("first").doubleValue(),
            golden.get("last").doubleValue(),
            golden.get("timesteps").intValue());
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(golden.get("alphas").textValue()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int t = 0; t < schedule.timesteps(); t++) {
      assertThat(schedule.alphaCumulative(t)).as("timestep %d", t).isEqualTo(bytes.getFloat());
    }
  }

  @ParameterizedTest
  @MethodSource("timesteps")
  void timestepsAreEqual(JsonNode golden) {
    SchedulerConfig config =
        SchedulerConfig.sd2(PredictionType.EPSILON)
            .withKind(SchedulerKind.valueOf(golden.get("kind").textValue()))
            .withTimestepSpacing(spacing(golden.get("spacing").textValue()));
    for (JsonNode row : golden.get("rows")) {
      int steps = row.get(0).intValue();
      if (row.size() == 1) {
        assertThatThrownBy(() -> config.sampler(steps))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("steps: " + steps + " with ");
        continue;
      }
      double[] timesteps = config.sampler(steps).timesteps();
      double sum = 0;
      for (int i = 0; i < timesteps.length; i++) {
        sum += (i + 1) * timesteps[i];
      }
      assertThat(timesteps).as("%d steps", steps).hasSize(row.get(1).intValue());
      assertThat(sum).as("%d steps", steps).isEqualTo(row.get(2).doubleValue());
    }
  }

  private static TimestepSpacing spacing(String name) {
    return Stream.of(TimestepSpacing.values())
        .filter(each -> each.configName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void runsAgree(JsonNode golden) throws IOException {
    Path file = folder.resolve("scheduler_config.json");
    Files.writeString(file, golden.get("config").toString());
    SchedulerConfig config =
        SchedulerConfig.read(file).withKind(SchedulerKind.valueOf(golden.get("kind").textValue()));
    int steps = golden.get("steps").intValue();
    Sampler sampler =
        golden.has("eta")
            ? config.sampler(
                steps,
                golden.get("eta").doubleValue(),
                TorchRandom.seeded(golden.get("seed").longValue()))
            : config.sampler(steps);
    double[] timesteps = sampler.timesteps();
    assertThat(timesteps).isEqualTo(Golden.doubles(golden.get("timesteps")));
    assertThat(sampler.calls()).isEqualTo(timesteps.length);
    assertThat(sampler.initialNoiseScale())
        .isCloseTo(golden.get("initial_noise_scale").doubleValue(), within(2e-6));

    float[] latents = Golden.floats(Golden.json().get("base"));
    double largest = 1;
    for (int i = 0; i < latents.length; i++) {
      latents[i] *= (float) sampler.initialNoiseScale();
      largest = Math.max(largest, Math.abs(latents[i]));
    }
    float[] scaled = new float[latents.length];
    for (int call = 0; call < timesteps.length; call++) {
      sampler.scaleInput(call, latents, scaled);
      sampler.step(call, Golden.model(scaled, timesteps[call]), latents);
      double expected = golden.get("first").get(call).doubleValue();
      largest = Math.max(largest, Math.abs(expected));
      assertThat((double) latents[0])
          .as("call %d", call)
          .isCloseTo(expected, within(TOLERANCE * largest));
    }
    double[] end = Golden.doubles(golden.get("end"));
    for (int i = 0; i < end.length; i++) {
      assertThat((double) latents[i])
          .as("value %d", i)
          .isCloseTo(end[i], within(TOLERANCE * largest));
    }
  }
}
