package io.github.espalier.sd2.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.sd2.noise.TorchRandom;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerTest {
  private static final SchedulerConfig DDIM = SchedulerConfig.sd2(PredictionType.V_PREDICTION);

  /** One step of DDIM from x = 0.7 with output 0.3, computed by hand from its equation. */
  @ParameterizedTest
  @CsvSource({
    "EPSILON, 0, 0.749021",
    "EPSILON, 49, 0.696657",
    "V_PREDICTION, 0, 0.697159",
    "V_PREDICTION, 49, 0.696309"
  })
  void ddimTakesKnownSteps(PredictionType prediction, int call, double expected) {
    Sampler sampler = DDIM.withPredictionType(prediction).sampler(50);
    for (int i = 0; i < call; i++) {
      sampler.step(i, new float[1], new float[1]);
    }
    float[] latents = {0.7f};
    sampler.step(call, new float[] {0.3f}, latents);
    assertThat((double) latents[0]).isCloseTo(expected, within(2e-6));
  }

  @Test
  void pndmEvaluatesTheSecondTimestepTwice() {
    Sampler sampler = SchedulerConfig.sd2(PredictionType.EPSILON).sampler(50);
    assertThat(sampler.calls()).isEqualTo(51);
    assertThat(sampler.timesteps()).startsWith(981, 961, 961, 941).endsWith(21, 1);
    assertThat(SchedulerConfig.sd2(PredictionType.EPSILON).sampler(1).timesteps())
        .containsExactly(1);
  }

  @Test
  void eulerScalesItsInput() {
    Sampler sampler = DDIM.withKind(SchedulerKind.EULER).sampler(50);
    float[] latents = {(float) sampler.initialNoiseScale(), -2};
    float[] scaled = new float[2];
    sampler.scaleInput(0, latents, scaled);
    double divisor = Math.hypot(sampler.initialNoiseScale(), 1);
    assertThat(latents[1]).isEqualTo(-2);
    assertThat((double) scaled[0]).isCloseTo(sampler.initialNoiseScale() / divisor, within(1e-6));
    assertThat((double) scaled[1]).isCloseTo(-2 / divisor, within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void stepsLeaveTheOutputAlone(SchedulerKind kind) {
    Sampler sampler = DDIM.withKind(kind).sampler(5);
    for (int call = 0; call < sampler.calls(); call++) {
      float[] output = {1, -2, 3};
      sampler.step(call, output, new float[] {call, 1, 2});
      assertThat(output).containsExactly(1, -2, 3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void callsComeInOrderAndOnce(SchedulerKind kind) {
    Sampler sampler = DDIM.withKind(kind).sampler(4);
    float[] output = new float[3];
    float[] latents = new float[3];
    assertThatThrownBy(() -> sampler.step(1, output, latents))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("call 1: expected call 0");
    for (int call = 0; call < sampler.calls(); call++) {
      sampler.scaleInput(call, latents, latents);
      sampler.step(call, output, latents);
    }
    assertThatThrownBy(() -> sampler.step(sampler.calls(), output, latents))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("call %d: all %d calls are done", sampler.calls(), sampler.calls());
    assertThatThrownBy(() -> sampler.scaleInput(0, latents, latents))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesArraysThatDoNotFit() {
    Sampler sampler = DDIM.sampler(4);
    assertThatThrownBy(() -> sampler.step(0, new float[3], new float[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("latents: 4 values, expected 3 as in other arrays");
    Sampler another = DDIM.sampler(4);
    another.step(0, new float[3], new float[3]);
    assertThatThrownBy(() -> another.step(1, new float[5], new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("modelOutput: 5 values, expected 3 as in other arrays");
    float[] both = new float[3];
    assertThatThrownBy(() -> another.step(1, both, both))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("modelOutput and latents are the same array");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1001})
  void refusesStepsOutOfRange(int steps) {
    assertThatThrownBy(() -> DDIM.sampler(steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps: %d is not from 1 to 1000, the timesteps of training", steps);
  }

  @Test
  void refusesTimestepsThatTrainingDoesNotHave() {
    assertThatThrownBy(() -> DDIM.sampler(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "steps: 1000 with leading spacing and steps_offset 1 begin at timestep 1000, but the"
                + " last of training is 999");
    assertThatThrownBy(() -> DDIM.withKind(SchedulerKind.DPM_SOLVER_PP_2M).sampler(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "steps: 1000 with linspace spacing repeat a timestep: there are too few of training,"
                + " 1000, for DPMSolverMultistepScheduler");
  }

  @Test
  void rungeKuttaNeedsFourSteps() {
    SchedulerConfig config =
        new SchedulerConfig(
            SchedulerKind.PNDM,
            NoiseSchedule.stableDiffusion(),
            PredictionType.EPSILON,
            Optional.empty(),
            1,
            Optional.empty(),
            false,
            OptionalDouble.empty());
    assertThat(config.sampler(4).calls()).isEqualTo(13);
    assertThatThrownBy(() -> config.sampler(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps: 3 is less than 4, which skip_prk_steps false needs");
  }

  @Test
  void onlyDdimTakesEta() {
    TorchRandom random = TorchRandom.seeded(1);
    for (double eta : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> DDIM.sampler(4, eta, random))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("eta: %s is not from 0 to 1", eta);
    }
    SchedulerConfig euler = DDIM.withKind(SchedulerKind.EULER);
    assertThatThrownBy(() -> euler.sampler(4, 0.5, random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("eta: 0.5, but EulerDiscreteScheduler adds no noise; expected 0");
    assertThat(euler.sampler(4, 0, random).calls()).isEqualTo(4);
  }

  @Test
  void noiseIsDrawnOnlyWhereItIsAdded() {
    TorchRandom random = TorchRandom.seeded(1);
    DDIM.sampler(1, 0, random).step(0, new float[20], new float[20]);
    assertThat(random.normals(20)).isEqualTo(TorchRandom.seeded(1).normals(20));
    DDIM.sampler(1, 1, random).step(0, new float[20], new float[20]);
    TorchRandom same = TorchRandom.seeded(1);
    same.normals(20);
    same.normals(20);
    assertThat(random.normals(20)).isEqualTo(same.normals(20));
  }
}
