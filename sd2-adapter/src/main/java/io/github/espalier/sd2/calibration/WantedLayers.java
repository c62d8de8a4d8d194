package io.github.espalier.sd2.calibration;

import com.google.common.hash.Hashing;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.model.PrunableModel;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The layers of a component that a selection wants. */
final class WantedLayers {
  private final Map<String, Layer> byName = new LinkedHashMap<>();
  private final String source;

  WantedLayers(PrunableModel model, Component component, LayerSelection selection) {
    source = model.source().toString();
    selection.requireNamesIn(model.layers());
    List<Layer> all =
        model.layers().stream().filter(layer -> layer.component().equals(component)).toList();
    selection.selectFrom(all).forEach(layer -> byName.put(layer.name(), layer));
  }

  Map<String, Layer> byName() {
    return byName;
  }

  Collection<Layer> all() {
    return byName.values();
  }

  /** Tells the listener of layers that were selected but never ran; at least one must have. */
  void report(List<InputGroup> found, CalibrationListener listener) {
    List<Layer> missing =
        all().stream()
            .filter(layer -> found.stream().noneMatch(group -> group.layers().contains(layer)))
            .toList();
    if (missing.size() == byName.size()) {
      throw new IllegalArgumentException(
          source
              + ": none of the "
              + missing.size()
              + " selected layers multiplies an input, such as "
              + missing.get(0).qualifiedName()
              + "; select Linear or Conv2d layers");
    }
    if (!missing.isEmpty()) {
      listener.skipped(missing);
    }
  }

  /** A hash of the names, since two selections can have the same description. */
  String hash() {
    String names = byName.keySet().stream().sorted().collect(Collectors.joining("\n"));
    return Hashing.sha256().hashString(names, StandardCharsets.UTF_8).toString();
  }
}
