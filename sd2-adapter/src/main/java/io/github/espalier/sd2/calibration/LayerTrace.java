package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.LayerTap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the order in which a network runs its layers, and those that share an input, by looking on
 * while it runs once on something small.
 *
 * <p>Layers share an input if they multiply the same matrix: it is not changed while several use
 * it. Kernels of more than one pixel see patches of it instead, and share with nobody.
 */
final class LayerTrace implements LayerTap {
  private final Map<String, Layer> wanted;
  private final @Nullable FloatMatrix context;
  private final Set<Layer> seen = new HashSet<>();

  /** Matrices have no equality but their identity; held here, none can take another's place. */
  private final Map<Object, List<Layer>> groups = new LinkedHashMap<>();

  /**
   * Prepares a look.
   *
   * @param wanted layers by their names within the component
   * @param context the text states that the network will attend to, if any
   */
  LayerTrace(Map<String, Layer> wanted, @Nullable FloatMatrix context) {
    this.wanted = wanted;
    this.context = context;
  }

  @Override
  public void input(String name, FeatureMap input) {
    Layer layer = wanted.get(name);
    if (layer != null && seen.add(layer)) {
      Object key = isPointwise(layer) ? input.values() : layer;
      groups.computeIfAbsent(key, any -> new ArrayList<>()).add(layer);
    }
  }

  private static boolean isPointwise(Layer layer) {
    Shape shape = layer.shape();
    return shape.rank() < 4 || shape.extent(2) * shape.extent(3) == 1;
  }

  /** The groups that were seen, in the order of the network. */
  List<InputGroup> groups() {
    List<InputGroup> found = new ArrayList<>();
    groups.forEach((key, layers) -> found.add(new InputGroup(layers, key == context)));
    return found;
  }
}
