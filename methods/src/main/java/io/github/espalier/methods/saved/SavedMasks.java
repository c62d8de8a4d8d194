package io.github.espalier.methods.saved;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;

/**
 * Prunes what masks say that were made before, on this checkpoint or another of the same shapes.
 *
 * <p>The masks determine the sparsity, so the one that a plan asks for is not used. Immutable and
 * safe for use by many threads.
 *
 * @param masks masks by the layers' qualified names, such as {@code unet/conv_in.weight}
 */
public record SavedMasks(MaskSet masks) implements PruningMethod {
  @Override
  public String name() {
    return "saved-masks";
  }

  @Override
  public String settings() {
    int count = masks.masks().size();
    return count + (count == 1 ? " mask" : " masks");
  }

  @Override
  public Outcome prune(LayerContext layer) {
    String name = layer.layer().qualifiedName();
    Mask mask =
        masks
            .of(name)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no saved mask for layer " + name));
    if (!mask.shape().equals(layer.layer().shape())) {
      throw new IllegalArgumentException(
          name
              + ": the saved mask has shape "
              + mask.shape()
              + ", the layer "
              + layer.layer().shape());
    }
    return Outcome.of(mask);
  }
}
