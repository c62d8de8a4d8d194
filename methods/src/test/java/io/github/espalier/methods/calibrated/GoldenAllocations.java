package io.github.espalier.methods.calibrated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.allocation.SparsityAllocation.WeightedLayer;
import io.github.espalier.core.calibration.InputAccumulator;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TaskRunner;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The layers of {@code make_allocation_golden.py}, named so that they fall into their blocks. */
public final class GoldenAllocations {
  private GoldenAllocations() {}

  /** The layers of OWL, with the moments of their inputs. */
  public static List<WeightedLayer> owlLayers() {
    List<WeightedLayer> layers = new ArrayList<>();
    for (JsonNode about : GoldenFile.ALLOCATIONS.about().get("owl").get("layers")) {
      ObjectNode described = about.deepCopy();
      described.putArray("size").add(about.get("tokens"));
      described.putArray("dead");
      GoldenLayer golden = new GoldenLayer(described);
      layers.add(weighted(about, golden.weights(), statistics(golden)));
    }
    return layers;
  }

  private static LayerStatistics statistics(GoldenLayer golden) {
    float[] input = golden.input();
    try (TensorScope scope = new TensorScope();
        InputAccumulator accumulator =
            new InputAccumulator(golden.columns(), StatisticsNeed.MOMENTS, TaskRunner.CALLER)) {
      int rows = input.length / golden.columns();
      accumulator.add(
          FloatMatrix.of(scope.matrix(rows, golden.columns(), input)), golden.samples(), 1);
      InputStatistics found = accumulator.snapshot(scope);
      return (layer, owner) -> Optional.of(found);
    }
  }

  /** The layers of AlphaPruning: Linear layers, then convolutions. */
  public static List<WeightedLayer> alphaLayers() {
    List<WeightedLayer> layers = new ArrayList<>();
    for (JsonNode about : GoldenFile.ALLOCATIONS.about().get("alphaPruning").get("layers")) {
      String name = about.get("name").textValue();
      long[] shape = extents(about);
      float[] weights = Formula.weight(name + ".weight", shape);
      float[] exponents = Formula.values(name + ".e", shape[1], 0, 1);
      int positions = (int) (Shape.of(shape).elements() / shape[0] / shape[1]);
      for (int i = 0; i < weights.length; i++) {
        int channel = i / positions % (int) shape[1];
        weights[i] = Math.scalb(weights[i], (int) Math.floor(4 * exponents[channel]));
      }
      layers.add(weighted(about, weights, LayerStatistics.NONE));
    }
    return layers;
  }

  private static long[] extents(JsonNode about) {
    return StreamSupport.stream(about.get("shape").spliterator(), false)
        .mapToLong(JsonNode::longValue)
        .toArray();
  }

  private static WeightedLayer weighted(
      JsonNode about, float[] weights, LayerStatistics statistics) {
    String block = about.get("block").isNull() ? "convolutions" : "blocks." + about.get("block");
    Shape shape = Shape.of(extents(about));
    Layer layer =
        new Layer(
            block + "." + about.get("name").textValue() + ".weight",
            new Component("unet"),
            shape.rank() == 2 ? LayerKind.LINEAR : LayerKind.CONV2D,
            shape,
            DType.F32);
    return new WeightedLayer(layer, TensorData.ofFloats(shape, weights), statistics);
  }

  /** The entries of a list of one of the two. */
  public static List<JsonNode> entries(String allocation, String list) {
    JsonNode entries = GoldenFile.ALLOCATIONS.about().get(allocation).get(list);
    return StreamSupport.stream(entries.spliterator(), false).toList();
  }

  /** Numbers of an entry. */
  public static double[] doubles(JsonNode entry, String field) {
    return StreamSupport.stream(entry.get(field).spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  /** Counts or sizes of an entry. */
  public static long[] longs(JsonNode entry, String field) {
    return StreamSupport.stream(entry.get(field).spliterator(), false)
        .mapToLong(JsonNode::longValue)
        .toArray();
  }

  /** The budget of an entry. */
  public static Sparsity budget(JsonNode entry) {
    return Sparsity.parse(entry.get("sparsity").textValue());
  }

  /** The numbers of weights that sparsities prune. */
  public static long[] counts(List<Sparsity> sparsities, Stream<Long> sizes) {
    List<Long> all = sizes.toList();
    long[] counts = new long[all.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = sparsities.get(i).countOf(all.get(i));
    }
    return counts;
  }
}
