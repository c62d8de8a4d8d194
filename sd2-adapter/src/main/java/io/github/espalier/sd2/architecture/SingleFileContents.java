package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.tensor.Shape;
import java.util.List;

/**
 * What a single file holds, measured against what a model must have.
 *
 * @param found the model's tensors that the file holds with the right shape
 * @param missing the model's tensors that the file lacks; never optional ones
 * @param misshapen the model's tensors that the file holds in another shape
 * @param extras known tensors that have no place in the diffusers layout
 * @param unknown names of all other tensors
 */
public record SingleFileContents(
    List<Correspondence> found,
    List<Correspondence> missing,
    List<Misshapen> misshapen,
    List<Extra> extras,
    List<String> unknown) {

  /**
   * Copies the lists.
   *
   * @param found the model's tensors that the file holds with the right shape
   * @param missing the model's tensors that the file lacks; never optional ones
   * @param misshapen the model's tensors that the file holds in another shape
   * @param extras known tensors that have no place in the diffusers layout
   * @param unknown names of all other tensors
   */
  public SingleFileContents {
    found = ImmutableList.copyOf(found);
    missing = ImmutableList.copyOf(missing);
    misshapen = ImmutableList.copyOf(misshapen);
    extras = ImmutableList.copyOf(extras);
    unknown = ImmutableList.copyOf(unknown);
  }

  /**
   * A tensor of the wrong shape.
   *
   * @param expected where the tensor should be, and in which shape
   * @param found the shape that the single file has
   */
  public record Misshapen(Correspondence expected, Shape found) {}

  /**
   * Tells whether the file holds the whole model.
   *
   * @return whether no tensor is missing or misshapen
   */
  public boolean complete() {
    return missing.isEmpty() && misshapen.isEmpty();
  }
}
