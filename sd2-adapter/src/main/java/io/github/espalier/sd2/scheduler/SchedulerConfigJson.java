package io.github.espalier.sd2.scheduler;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configuration as {@code scheduler_config.json}. */
final class SchedulerConfigJson {
  private static final int DEFAULT_TIMESTEPS = 1000;
  private static final double DEFAULT_FIRST_BETA = 0.0001;
  private static final double DEFAULT_LAST_BETA = 0.02;

  private SchedulerConfigJson() {}

  /** Reads a file, for the kind that it names or for another. */
  static SchedulerConfig read(Path file, @Nullable SchedulerKind kind) throws IOException {
    JsonValues json = JsonValues.open(file);
    refuseUnsupported(json);
    SchedulerKind wanted =
        kind != null
            ? kind
            : json.constant("_class_name", SchedulerKind.values(), SchedulerKind::className)
                .orElseThrow(
                    () -> json.wrong("_class_name", "nothing", names(SchedulerKind.values())));
    PredictionType prediction =
        json.constant("prediction_type", PredictionType.values(), PredictionType::configName)
            .orElse(PredictionType.EPSILON);
    Optional<TimestepSpacing> spacing =
        json.constant("timestep_spacing", TimestepSpacing.values(), TimestepSpacing::configName);
    int offset = json.integer("steps_offset").orElse(0);
    Optional<Boolean> toOne = json.flag("set_alpha_to_one");
    boolean skipPrk = json.flag("skip_prk_steps").orElse(false);
    OptionalDouble clip = clip(json);
    try {
      return new SchedulerConfig(
          wanted, schedule(json), prediction, spacing, offset, toOne, skipPrk, clip);
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static String names(SchedulerKind[] kinds) {
    return Arrays.stream(kinds).map(SchedulerKind::className).collect(Collectors.joining(", "));
  }

  private static NoiseSchedule schedule(JsonValues json) {
    int timesteps = json.integer("num_train_timesteps").orElse(DEFAULT_TIMESTEPS);
    Optional<float[]> trained = json.floats("trained_betas");
    if (trained.isPresent()) {
      if (trained.get().length != timesteps) {
        throw json.wrong(
            "trained_betas",
            trained.get().length + " values",
            timesteps + ", as num_train_timesteps says");
      }
      return NoiseSchedule.ofBetas(trained.get());
    }
    return NoiseSchedule.of(
        json.constant("beta_schedule", BetaSchedule.values(), BetaSchedule::configName)
            .orElse(BetaSchedule.LINEAR),
        json.number("beta_start").orElse(DEFAULT_FIRST_BETA),
        json.number("beta_end").orElse(DEFAULT_LAST_BETA),
        timesteps);
  }

  private static OptionalDouble clip(JsonValues json) {
    double range = json.number("clip_sample_range").orElse(1);
    return json.flag("clip_sample").orElse(true)
        ? OptionalDouble.of(range)
        : OptionalDouble.empty();
  }

  /** Keys of the four classes that would change the numbers. */
  private static void refuseUnsupported(JsonValues json) {
    for (String flag :
        new String[] {
          "thresholding",
          "rescale_betas_zero_snr",
          "use_karras_sigmas",
          "use_exponential_sigmas",
          "use_beta_sigmas",
          "use_lu_lambdas",
          "use_flow_sigmas",
          "use_dynamic_shifting"
        }) {
      json.onlyFalse(flag);
    }
    json.onlyNull("variance_type");
    json.onlyText("interpolation_type", "linear");
    json.onlyText("timestep_type", "discrete");
    json.onlyText("final_sigmas_type", "zero");
    json.onlyText("algorithm_type", "dpmsolver++");
    json.onlyText("solver_type", "midpoint");
    json.onlyNumber("solver_order", 2);
    json.onlyNumber("lambda_min_clipped", Double.NEGATIVE_INFINITY);
  }
}
