package io.github.espalier.sd2.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SchedulerConfigTest {
  private static final String SD2 =
      """
      {"_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.012,
       "beta_schedule": "scaled_linear", "beta_start": 0.00085, "clip_sample": false,
       "num_train_timesteps": 1000, "prediction_type": "v_prediction", "set_alpha_to_one": false,
       "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null}
      """;

  @TempDir Path folder;

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("scheduler_config.json"), json);
  }

  private SchedulerConfig read(String json) throws IOException {
    return SchedulerConfig.read(file(json));
  }

  @Test
  void readsThePublishedFiles() throws IOException {
    assertThat(read(SD2)).isEqualTo(SchedulerConfig.sd2(PredictionType.V_PREDICTION));
    String base = SD2.replace("DDIM", "PNDM").replace("v_prediction", "epsilon");
    assertThat(read(base)).isEqualTo(SchedulerConfig.sd2(PredictionType.EPSILON));
    assertThat(read(SD2).noiseSchedule().alphaCumulative(999))
        .isCloseTo(0.004660095f, within(1e-9f));
  }

  @ParameterizedTest
  @EnumSource
  void missingKeysStandForTheDefaultsOfTheClass(SchedulerKind kind) throws IOException {
    SchedulerConfig config = read("{\"_class_name\": \"" + kind.className() + "\"}");
    assertThat(config)
        .isEqualTo(
            new SchedulerConfig(
                kind,
                NoiseSchedule.of(BetaSchedule.LINEAR, 0.0001, 0.02, 1000),
                PredictionType.EPSILON,
                Optional.empty(),
                0,
                Optional.empty(),
                false,
                OptionalDouble.of(1)));
    assertThat(config.spacing()).isEqualTo(kind.defaultSpacing());
    assertThat(config.withDefaultsWritten().timestepSpacing()).contains(kind.defaultSpacing());
  }

  /** As from_config on the file does, and as on what save_pretrained writes. */
  @ParameterizedTest
  @CsvSource({"EULER, 999, 981, 14.614641, 13.158469", "DPM_SOLVER_PP_2M, 999, 951, 1, 1"})
  void anotherKindHasItsOwnSpacingUnlessItWasWritten(
      SchedulerKind kind, double own, double kept, double ownScale, double keptScale)
      throws IOException {
    SchedulerConfig ddim = read(SD2);
    Sampler fresh = ddim.withKind(kind).sampler(50);
    Sampler saved = ddim.withDefaultsWritten().withKind(kind).sampler(50);
    assertThat(fresh.timesteps()[0]).isEqualTo(own);
    assertThat(saved.timesteps()[0]).isEqualTo(kept);
    assertThat(fresh.initialNoiseScale()).isCloseTo(ownScale, within(1e-5));
    assertThat(saved.initialNoiseScale()).isCloseTo(keptScale, within(1e-5));
    assertThat(ddim.withKind(kind).withKind(SchedulerKind.DDIM)).isEqualTo(ddim);
    assertThat(ddim.withKind(kind).withTimestepSpacing(TimestepSpacing.LEADING))
        .isEqualTo(read(SD2.replace("}", ", \"timestep_spacing\": \"leading\"}")).withKind(kind));
  }

  @Test
  void readsForAnotherKindThanTheFileNames() throws IOException {
    Path file = file(SD2.replace("DDIMScheduler", "HeunDiscreteScheduler"));
    assertThat(SchedulerConfig.read(file, SchedulerKind.PNDM))
        .isEqualTo(SchedulerConfig.sd2(PredictionType.V_PREDICTION).withKind(SchedulerKind.PNDM));
    assertThatThrownBy(() -> SchedulerConfig.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(
            file
                + ": _class_name: found \"HeunDiscreteScheduler\", expected \"DDIMScheduler\" or ");
  }

  @Test
  void pipelinesOverrideOffsetAndClipping() throws IOException {
    SchedulerConfig old =
        read(
            SD2.replace("\"steps_offset\": 1", "\"clip_sample_range\": 2, \"steps_offset\": 0")
                .replace("\"clip_sample\": false", "\"clip_sample\": true"));
    assertThat(old.stepsOffset()).isZero();
    assertThat(old.clipRange()).hasValue(2);
    assertThat(old.asStableDiffusionPipelineDoes()).isEqualTo(read(SD2));
  }

  @Test
  void readsWhatDpmSolverSaves() throws IOException {
    SchedulerConfig config =
        read(
            """
            {"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver++",
             "final_sigmas_type": "zero", "lambda_min_clipped": -Infinity, "solver_order": 2,
             "solver_type": "midpoint", "use_karras_sigmas": false, "variance_type": null,
             "timestep_spacing": "trailing"}
            """);
    assertThat(config.kind()).isEqualTo(SchedulerKind.DPM_SOLVER_PP_2M);
    assertThat(config.spacing()).isEqualTo(TimestepSpacing.TRAILING);
  }

  @Test
  void readsTrainedBetas() throws IOException {
    SchedulerConfig config =
        read(
            "{\"_class_name\": \"DDIMScheduler\", \"num_train_timesteps\": 3,"
                + " \"trained_betas\": [0.5, 0.25, 0.5]}");
    assertThat(config.noiseSchedule()).isEqualTo(NoiseSchedule.ofBetas(0.5f, 0.25f, 0.5f));
    assertThat(config.noiseSchedule().alphaCumulative(2)).isEqualTo(0.1875f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"prediction_type\": \"sample\"|prediction_type: found \"sample\", expected \"epsilon\" or",
        "\"timestep_spacing\": \"even\"|timestep_spacing: found \"even\", expected \"leading\" or",
        "\"beta_schedule\": \"sigmoid\"|beta_schedule: found \"sigmoid\", expected \"linear\" or",
        "\"thresholding\": true|thresholding: found true, expected false: anything else is not",
        "\"rescale_betas_zero_snr\": true|rescale_betas_zero_snr: found true, expected false",
        "\"use_karras_sigmas\": true|use_karras_sigmas: found true, expected false",
        "\"use_beta_sigmas\": 1|use_beta_sigmas: found 1, expected false",
        "\"variance_type\": \"learned\"|variance_type: found \"learned\", expected null",
        "\"solver_order\": 3|solver_order: found 3, expected 2",
        "\"algorithm_type\": \"sde-dpmsolver++\"|algorithm_type: found \"sde-dpmsolver++\", expected",
        "\"lambda_min_clipped\": -5.1|lambda_min_clipped: found -5.1, expected -Infinity",
        "\"final_sigmas_type\": \"sigma_min\"|final_sigmas_type: found \"sigma_min\", expected \"zero\"",
        "\"steps_offset\": 1.5|steps_offset: found 1.5, expected an integer",
        "\"steps_offset\": -1|steps_offset: -1 is not from 0 to 999",
        "\"steps_offset\": 1000|steps_offset: 1000 is not from 0 to 999",
        "\"clip_sample_range\": 0|clip_sample_range: 0.0 is not above 0",
        "\"clip_sample\": \"no\"|clip_sample: found \"no\", expected true or false",
        "\"beta_start\": 0|beta_start: 0.0 is not above 0 and below 1",
        "\"beta_end\": NaN|beta_end: NaN is not above 0 and below 1",
        "\"beta_end\": \"x\"|beta_end: found \"x\", expected a number",
        "\"num_train_timesteps\": 0|num_train_timesteps: 0 timesteps are not from 1 to 1000000",
        "\"trained_betas\": [0.1]|trained_betas: found 1 values, expected 1000, as",
        "\"trained_betas\": [null]|trained_betas: found null in the list, expected numbers",
        "\"trained_betas\": 0.1|trained_betas: found 0.1, expected a list of numbers, or null",
        "\"_class_name\": \"DDIMScheduler\"|not JSON: Duplicate field '_class_name'",
        "\"a\" 1|not JSON: ",
      })
  void refusesByName(String entry, String message) throws IOException {
    Path file = file("{\"_class_name\": \"DDIMScheduler\", " + entry + "}");
    assertThatThrownBy(() -> SchedulerConfig.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @Test
  void refusesFilesThatNameNoClass() throws IOException {
    Path file = file("{}");
    assertThatThrownBy(() -> SchedulerConfig.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            file
                + ": _class_name: found nothing, expected DDIMScheduler, PNDMScheduler,"
                + " EulerDiscreteScheduler, DPMSolverMultistepScheduler");
    Path list = file("[]");
    assertThatThrownBy(() -> SchedulerConfig.read(list))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(list + ": found [], expected an object");
  }

  @Test
  void refusesSchedulesThatLeaveNothing() {
    assertThatThrownBy(() -> NoiseSchedule.ofBetas(0.5f, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("betas: 1.0 at timestep 1 is not from 0 to below 1");
    assertThatThrownBy(() -> NoiseSchedule.ofBetas(0, 0.5f))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("up to timestep 0 is 1.0");
    assertThatThrownBy(() -> NoiseSchedule.of(BetaSchedule.LINEAR, 0.9, 0.9, 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" is 0.0, expected it between 0 and 1");
    assertThatThrownBy(NoiseSchedule::ofBetas)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("betas: 0 timesteps are not from 1 to 1000000");
  }
}
