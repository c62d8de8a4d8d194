package io.github.espalier.examples.cli;

import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.text.NearestNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Finds the layers that a file of masks is about. */
final class MaskedLayers {
  private MaskedLayers() {}

  /** Returns the layers of each component; a mask for a layer that does not exist is an error. */
  static Map<Component, LayerSelection> of(PrunableModel model, Path file, MaskSet masks) {
    Map<String, Layer> layers = new HashMap<>();
    model.layers().forEach(layer -> layers.put(layer.qualifiedName(), layer));
    Map<Component, LayerSelection> selections = new TreeMap<>();
    for (String name : masks.masks().keySet()) {
      Layer layer = layers.get(name);
      if (layer == null) {
        throw CheckpointFormatException.of(
            file,
            name,
            "is no layer of "
                + model.source()
                + "; nearest: "
                + NearestNames.list(name, layers.keySet()));
      }
      selections.computeIfAbsent(layer.component(), component -> masked(component, masks));
    }
    if (selections.isEmpty()) {
      throw CheckpointFormatException.of(file, "holds no masks");
    }
    return selections;
  }

  private static LayerSelection masked(Component component, MaskSet masks) {
    return LayerSelection.where(
        "saved masks",
        layer ->
            layer.component().equals(component) && masks.of(layer.qualifiedName()).isPresent());
  }
}
