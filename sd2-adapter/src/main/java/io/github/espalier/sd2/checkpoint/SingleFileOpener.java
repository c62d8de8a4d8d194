package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.sd2.architecture.ArchitectureTensor;
import io.github.espalier.sd2.architecture.Correspondence;
import io.github.espalier.sd2.architecture.Extra;
import io.github.espalier.sd2.architecture.InferredModel;
import io.github.espalier.sd2.architecture.SingleFileContents;
import io.github.espalier.sd2.architecture.SingleFileInspector;
import io.github.espalier.sd2.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens the original layout. */
final class SingleFileOpener {
  private SingleFileOpener() {}

  static Contents open(Path path) throws IOException {
    WeightFile file = WeightFile.open(path);
    try {
      return contents(file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static Contents contents(WeightFile file) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (TensorInfo tensor : file.header().tensors()) {
      shapes.put(tensor.name(), tensor.shape());
    }
    InferredModel model = SingleFileInspector.infer(file.path(), shapes);
    List<LayerSource> sources = new ArrayList<>();
    for (Correspondence each : model.contents().found()) {
      TensorInfo info = file.header().tensor(each.singleFileName());
      ArchitectureTensor tensor = each.tensor();
      Layer layer =
          new Layer(
              tensor.name(),
              each.component().component(),
              tensor.kind(),
              tensor.shape(),
              info.dtype());
      sources.add(
          new LayerSource(layer, file, info, each.firstElement() * info.dtype().bits() / 8));
    }
    sources.sort(Comparator.comparingLong(LayerSource::begin));
    List<String> notes = new ArrayList<>();
    for (String assumption : model.assumptions()) {
      notes.add("assumed, since shapes cannot show it: " + assumption);
    }
    notes.addAll(carriedOver(model.contents()));
    return new Contents(
        CheckpointLayout.SINGLE_FILE, model.config(), List.of(file), List.of(), sources, notes);
  }

  /** What is not part of the model, a sentence for each reason. */
  private static List<String> carriedOver(SingleFileContents contents) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (Extra extra : contents.extras()) {
      byReason.computeIfAbsent(extra.reason(), reason -> new ArrayList<>()).add(extra.name());
    }
    for (String name : contents.unknown()) {
      byReason.computeIfAbsent("no part of the model", reason -> new ArrayList<>()).add(name);
    }
    List<String> notes = new ArrayList<>();
    byReason.forEach(
        (reason, names) ->
            notes.add(
                names.size() == 1
                    ? names.get(0) + " is carried over: " + reason
                    : names.size()
                        + " tensors such as "
                        + names.get(0)
                        + " are carried over: "
                        + reason));
    return notes;
  }
}
