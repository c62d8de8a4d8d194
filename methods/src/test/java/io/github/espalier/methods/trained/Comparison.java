package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.sparsity.Sparsity;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What each method did to the same model, at one sparsity. As text it is a table. */
final class Comparison {
  private final String title;
  private final Map<Contender, Result> results = new HashMap<>();

  private Comparison(String title) {
    this.title = title;
  }

  /** Runs all methods. */
  static Comparison of(Trial trial, Sparsity sparsity) throws IOException {
    Comparison comparison = new Comparison("Sparsity " + sparsity + ", " + trial.tokens());
    for (Contender contender : Contender.ALL) {
      comparison.results.put(contender, trial.run(contender, sparsity));
    }
    return comparison;
  }

  /** The pruned layers, in the order of the model. */
  List<Layer> layers() {
    return List.copyOf(result(Contender.MAGNITUDE).outputErrors().keySet());
  }

  /** In how many layers the error falls from each contender to the next. */
  int layersInOrder(List<Contender> ranking) {
    int count = 0;
    for (Layer layer : layers()) {
      count +=
          isFalling(ranking.stream().mapToDouble(c -> outputError(c, layer)).toArray()) ? 1 : 0;
    }
    return count;
  }

  /** Whether the change of the sentences' embeddings falls from each contender to the next. */
  boolean areEmbeddingsInOrder(List<Contender> ranking) {
    return isFalling(ranking.stream().mapToDouble(c -> result(c).embeddingChange()).toArray());
  }

  private static boolean isFalling(double[] values) {
    for (int i = 1; i < values.length; i++) {
      if (!(values[i] < values[i - 1])) {
        return false;
      }
    }
    return true;
  }

  private double outputError(Contender contender, Layer layer) {
    return Objects.requireNonNull(result(contender).outputErrors().get(layer));
  }

  private Result result(Contender contender) {
    return Objects.requireNonNull(results.get(contender));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(title);
    text.append(String.format("%n%-46s", "Relative error of the output"));
    Contender.ALL.forEach(contender -> text.append(String.format("%15s", contender.label())));
    for (Layer layer : layers()) {
      text.append(String.format("%n%-46s", layer.name()));
      Contender.ALL.forEach(contender -> append(text, outputError(contender, layer)));
    }
    text.append(String.format("%n%-46s", "1 - cosine of the embedding, mean"));
    Contender.ALL.forEach(contender -> append(text, result(contender).embeddingChange()));
    return text.append(System.lineSeparator()).toString();
  }

  private static void append(StringBuilder text, double value) {
    text.append(String.format(Locale.ROOT, "%15.4f", value));
  }
}
