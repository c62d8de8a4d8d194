package io.github.espalier.sd2.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a conversion between layouts cannot read from its source.
 *
 * @param predictionType {@code epsilon} or {@code v_prediction}: what the U-Net was trained to
 *     predict, which a single file does not say; needed for a folder unless {@code configFolder}
 *     gives it
 * @param configFolder a diffusers folder whose configurations, scheduler and tokenizer the new
 *     folder gets
 * @param overwrite whether an existing target is replaced
 */
public record ConversionOptions(
    Optional<String> predictionType, Optional<Path> configFolder, boolean overwrite) {
  private static final List<String> PREDICTION_TYPES = List.of("epsilon", "v_prediction");

  /**
   * Checks the prediction type.
   *
   * @param predictionType {@code epsilon} or {@code v_prediction}
   * @param configFolder a diffusers folder to take configurations from
   * @param overwrite whether an existing target is replaced
   * @throws IllegalArgumentException if the prediction type is another
   */
  public ConversionOptions {
    predictionType.ifPresent(
        type -> {
          if (!PREDICTION_TYPES.contains(type)) {
            throw new IllegalArgumentException(
                "prediction type '" + type + "' is none of " + PREDICTION_TYPES);
          }
        });
  }

  /**
   * Returns options that say nothing and replace nothing.
   *
   * @return the options
   */
  public static ConversionOptions withDefaults() {
    return new ConversionOptions(Optional.empty(), Optional.empty(), false);
  }

  /**
   * Sets what the U-Net was trained to predict.
   *
   * @param type {@code epsilon} or {@code v_prediction}
   * @return a changed copy
   * @throws IllegalArgumentException if it is neither
   */
  public ConversionOptions withPredictionType(String type) {
    return new ConversionOptions(Optional.of(type), configFolder, overwrite);
  }

  /**
   * Sets where configurations, scheduler and tokenizer come from.
   *
   * @param folder a diffusers folder of a model of the same shapes
   * @return a changed copy
   */
  public ConversionOptions withConfigFolder(Path folder) {
    return new ConversionOptions(predictionType, Optional.of(folder), overwrite);
  }

  /**
   * Sets whether an existing target is replaced.
   *
   * @param replace true to replace it
   * @return a changed copy
   */
  public ConversionOptions withOverwrite(boolean replace) {
    return new ConversionOptions(predictionType, configFolder, replace);
  }
}
