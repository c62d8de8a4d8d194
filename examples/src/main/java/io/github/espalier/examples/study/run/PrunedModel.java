package io.github.espalier.examples.study.run;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * What pruning did to a model. Immutable.
 *
 * @param sparsity which share of it is zero
 * @param layers each selected layer; none of the dense model
 */
record PrunedModel(Sparsities sparsity, List<LayerResult> layers) {
  PrunedModel {
    layers = ImmutableList.copyOf(layers);
  }
}
