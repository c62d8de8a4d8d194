package io.github.espalier.examples.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark of FID's Inception network measured.
 *
 * @param weights the weight file, or what was used in its place
 * @param weightsSha256 what identifies the weights
 * @param batch number of images
 * @param size their height and width
 * @param threads threads that computed
 * @param timing times of the whole batch
 * @param pytorchSeconds what PyTorch takes for the same batch on the same machine, if it was told
 * @param memory the most memory that was resident
 * @param machine where it ran
 */
public record InceptionBenchmarkResult(
    String weights,
    String weightsSha256,
    int batch,
    int size,
    int threads,
    NetworkTiming timing,
    @Nullable Double pytorchSeconds,
    Memory memory,
    Machine machine) {
  /**
   * Returns how fast it was, by the median.
   *
   * @return images a second
   */
  @JsonProperty
  public double imagesPerSecond() {
    return batch / timing.medianSeconds();
  }

  /**
   * Returns how fast PyTorch is.
   *
   * @return images a second; null if its time is not known
   */
  @JsonProperty
  public @Nullable Double pytorchImagesPerSecond() {
    return pytorchSeconds == null ? null : batch / pytorchSeconds;
  }

  /**
   * Returns how many times as many images a second as PyTorch it was.
   *
   * @return more than 1 if it was faster; null if PyTorch's time is not known
   */
  @JsonProperty
  public @Nullable Double speedRatio() {
    return pytorchSeconds == null ? null : pytorchSeconds / timing.medianSeconds();
  }
}
