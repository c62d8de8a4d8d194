package io.github.espalier.core.prune;

import io.github.espalier.core.method.InputMemo;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Optional;

/** One selected layer, with the step that selected it and the share of the sparsity that it got. */
record LayerTask(PruningStep step, Layer layer, TensorData data, Sparsity sparsity) {
  LayerTask watchedBy(Runnable check) {
    return new LayerTask(step, layer, new WatchedTensor(data, check), sparsity);
  }

  LayerContext context(TensorScope scope) {
    return context(scope, InputMemo.in(scope));
  }

  LayerContext context(TensorScope scope, InputMemo memo) {
    return new LayerContext(layer, data, sparsity, step.pattern(), step.calibration(), scope, memo);
  }

  LayerTask withData(TensorData other) {
    return new LayerTask(step, layer, other, sparsity);
  }

  /** The sparsity to report: none if the method brought masks or layers were compared. */
  Optional<Sparsity> target() {
    return step.sparsity()
        .filter(any -> !step.pattern().equals(SparsityPattern.GLOBAL))
        .map(any -> sparsity);
  }
}
