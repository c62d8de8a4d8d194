package io.github.espalier.methods.owl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.allocation.LayerGrouping;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.methods.calibrated.CalibratedLayer;
import io.github.espalier.methods.magnitude.Magnitude;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import io.github.espalier.methods.wanda.Wanda;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What OWL shares out, methods prune to the weight, each with the groups of its own. */
class OwlBudgetProperties {
  private static CalibratedLayer layer(Random random) {
    int rows = 1 + random.nextInt(7);
    int columns = 1 + random.nextInt(13);
    float[] weights = new float[rows * columns];
    for (int i = 0; i < weights.length; i++) {
      // Cubes have outliers.
      weights[i] = (float) Math.pow(random.nextGaussian(), 3);
    }
    double[] gram = new double[columns * columns];
    for (int j = 0; j < columns; j++) {
      gram[j * columns + j] = random.nextDouble() + 0.1;
    }
    return new CalibratedLayer(Shape.of(rows, columns), weights, gram, 2);
  }

  private static WeightedLayer weighted(int index, CalibratedLayer layer) {
    return new WeightedLayer(
        new Layer(
            "layers." + index / 2 + ".fc" + index % 2 + ".weight",
            new Component("unet"),
            LayerKind.LINEAR,
            layer.shape(),
            DType.F32),
        TensorData.ofFloats(layer.shape(), layer.weights()),
        (any, scope) -> Optional.of(layer.statistics(scope)));
  }

  @Property(tries = 200, seed = "421")
  void meetsTheBudgetToTheWeight(
      @ForAll long seed, @ForAll @IntRange(max = 1000) int thousandths, @ForAll boolean byLayer)
      throws IOException {
    Random random = new Random(seed);
    List<CalibratedLayer> layers = new ArrayList<>();
    List<WeightedLayer> weighted = new ArrayList<>();
    long weights = 0;
    for (int i = 0; i < 6; i++) {
      layers.add(layer(random));
      weighted.add(weighted(i, layers.get(i)));
      weights += layers.get(i).weights().length;
    }
    Sparsity budget = Sparsity.of(thousandths / 1000.0);
    List<Sparsity> shares =
        Owl.withDefaults()
            .withOutliersAbove(2)
            .with(byLayer ? LayerGrouping.LAYER : LayerGrouping.BLOCK)
            .allocate(weighted, budget);
    for (PruningMethod method :
        List.of(Wanda.withDefaults(), Magnitude.withDefaults(), SparseGpt.withDefaults())) {
      long pruned = 0;
      for (int i = 0; i < layers.size(); i++) {
        try (TensorScope scope = new TensorScope()) {
          LayerContext context =
              layers.get(i).context(shares.get(i), method.defaultPattern(), scope);
          pruned += method.prune(context).mask().prunedCount();
        }
      }
      assertThat(pruned).as(method.name()).isEqualTo(budget.countOf(weights));
    }
  }
}
