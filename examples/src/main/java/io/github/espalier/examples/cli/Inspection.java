package io.github.espalier.examples.cli;

import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.Zeros;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * A model's layers with their zeros.
 *
 * @param layers in file order
 */
record Inspection(List<InspectedLayer> layers) {
  /**
   * One layer.
   *
   * @param layer what it is
   * @param zeros how many of its elements are zero; empty for types that are no weights
   */
  record InspectedLayer(Layer layer, OptionalLong zeros) {
    /** Buffers, such as position indices, are no parameters. */
    long parameters() {
      return layer.kind() == LayerKind.OTHER ? 0 : layer.parameters();
    }
  }

  /**
   * Layers taken together.
   *
   * @param tensors how many there are
   * @param parameters their parameters
   * @param zeros how many of these are zero
   */
  record Total(int tensors, long parameters, long zeros) {
    double sparsity() {
      return parameters == 0 ? 0 : (double) zeros / parameters;
    }
  }

  static Inspection of(PrunableModel model, int threads, Cancellation cancellation)
      throws IOException {
    List<Callable<InspectedLayer>> jobs = new ArrayList<>();
    for (Layer layer : model.layers()) {
      jobs.add(
          () -> {
            cancellation.check();
            return new InspectedLayer(layer, zeros(model, layer));
          });
    }
    return new Inspection(Parallel.run(jobs, threads));
  }

  private static OptionalLong zeros(PrunableModel model, Layer layer) throws IOException {
    return layer.dtype().isPrunable()
        ? OptionalLong.of(Zeros.count(model.weights(layer)))
        : OptionalLong.empty();
  }

  Set<Component> components() {
    Set<Component> components = new LinkedHashSet<>();
    layers.forEach(each -> components.add(each.layer().component()));
    return components;
  }

  List<InspectedLayer> of(Component component) {
    return layers.stream().filter(each -> each.layer().component().equals(component)).toList();
  }

  static Total total(List<InspectedLayer> layers) {
    return new Total(
        layers.size(),
        layers.stream().mapToLong(InspectedLayer::parameters).sum(),
        layers.stream()
            .filter(each -> each.parameters() > 0)
            .mapToLong(each -> each.zeros().orElse(0))
            .sum());
  }
}
