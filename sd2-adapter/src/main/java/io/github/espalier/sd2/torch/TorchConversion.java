package io.github.espalier.sd2.torch;

import io.github.espalier.sd2.safetensors.TensorSpec;
import java.util.List;

/**
 * What a conversion did. Immutable.
 *
 * @param format the form of the file that was read
 * @param tensors what was written, in the order of the file that was read
 * @param leftOut what is no tensor, as {@link TorchFile#leftOut()} names it
 * @param dictionaries what another key could have chosen, as {@link TorchFile#dictionaries()} says
 * @param fileSize bytes of the file that was written
 */
public record TorchConversion(
    TorchFormat format,
    List<TensorSpec> tensors,
    List<String> leftOut,
    List<String> dictionaries,
    long fileSize) {
  /**
   * Copies the lists.
   *
   * @param format the form of the file that was read
   * @param tensors what was written
   * @param leftOut what is no tensor
   * @param dictionaries what another key could have chosen
   * @param fileSize bytes of the file that was written
   */
  public TorchConversion {
    tensors = List.copyOf(tensors);
    leftOut = List.copyOf(leftOut);
    dictionaries = List.copyOf(dictionaries);
  }
}
