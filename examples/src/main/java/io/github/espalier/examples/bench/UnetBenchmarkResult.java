package io.github.espalier.examples.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark of the networks measured.
 *
 * @param source the checkpoint
 * @param batch samples of the U-Net's input; 2 is one image with guidance
 * @param size height and width of the latents
 * @param threads threads that computed
 * @param networks the U-Net first, then the others
 * @param pytorchSeconds what PyTorch takes for the U-Net on the same machine, if it was told
 * @param parameterBytes memory of the three networks' weights, as they are kept
 * @param memory the most memory that was resident
 * @param machine where it ran
 */
public record UnetBenchmarkResult(
    String source,
    int batch,
    int size,
    int threads,
    List<NetworkTiming> networks,
    @Nullable Double pytorchSeconds,
    long parameterBytes,
    Memory memory,
    Machine machine) {
  /**
   * Copies the list.
   *
   * @param source the checkpoint
   * @param batch samples of the U-Net's input
   * @param size height and width of the latents
   * @param threads threads that computed
   * @param networks the U-Net first, then the others
   * @param pytorchSeconds what PyTorch takes for the U-Net on the same machine, if it was told
   * @param parameterBytes memory of the three networks' weights, as they are kept
   * @param memory the most memory that was resident
   * @param machine where it ran
   */
  public UnetBenchmarkResult {
    networks = ImmutableList.copyOf(networks);
  }

  /**
   * Returns how many times as long as PyTorch the U-Net took, by the medians.
   *
   * @return the ratio; null if PyTorch's time is not known
   */
  @JsonProperty
  public @Nullable Double ratio() {
    return pytorchSeconds == null ? null : networks.get(0).medianSeconds() / pytorchSeconds;
  }
}
