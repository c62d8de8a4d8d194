package io.github.espalier.methods.trained;

import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.OutputError;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.prune.PruningStep;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Prunes all linear layers of the model after a calibration, and measures on other text. */
final class Trial implements AutoCloseable {
  private final TensorScope scope = new TensorScope();
  private final Initialisers weights = new Initialisers(ModelFiles.graph());
  private final List<int[]> heldOut = tokens("held-out.txt");
  private final Map<Layer, InputStatistics> calibration;
  private final Map<Layer, InputStatistics> heldOutInputs;
  private final List<double[]> denseEmbeddings;

  /** Passes both texts through the dense model. */
  Trial() {
    try (Bert dense = new Bert(weights.linears(), weights);
        InputRecorder seen = new InputRecorder();
        InputRecorder unseen = new InputRecorder()) {
      embed(dense, tokens("calibration.txt"), seen);
      calibration = seen.statistics(scope);
      denseEmbeddings = embed(dense, heldOut, unseen);
      heldOutInputs = unseen.statistics(scope);
    }
  }

  private static List<int[]> tokens(String file) {
    WordPiece tokenizer = new WordPiece(ModelFiles.tokenizer());
    return ModelFiles.lines(file).stream().map(tokenizer::encode).toList();
  }

  private static List<double[]> embed(Bert model, List<int[]> sentences, InputTap tap) {
    List<double[]> embeddings = new ArrayList<>();
    for (int[] sentence : sentences) {
      embeddings.add(model.embed(sentence, tap));
    }
    return embeddings;
  }

  /** How many tokens the model was calibrated with, and is measured with. */
  String tokens() {
    return tokensOf(calibration)
        + " tokens calibrated with, "
        + tokensOf(heldOutInputs)
        + " held out";
  }

  private static long tokensOf(Map<Layer, InputStatistics> inputs) {
    return inputs.values().iterator().next().tokens();
  }

  /** Prunes every layer by a method. */
  Result run(Contender contender, Sparsity sparsity) throws IOException {
    PruningStep step =
        PruningStep.of(Initialisers.ENCODER, contender.method(), sparsity)
            .withPattern(contender.pattern())
            .withCalibration((layer, owner) -> Optional.ofNullable(calibration.get(layer)));
    Map<Layer, TensorData> pruned = new TrainedModel(weights.linears()).pruned(step);
    Map<Layer, Double> errors = new LinkedHashMap<>();
    pruned.forEach((layer, data) -> errors.put(layer, outputError(layer, data)));
    return new Result(errors, embeddingChange(pruned));
  }

  private double outputError(Layer layer, TensorData after) {
    TensorData before = Objects.requireNonNull(weights.linears().get(layer));
    InputStatistics inputs = Objects.requireNonNull(heldOutInputs.get(layer));
    try (TensorScope own = new TensorScope()) {
      return OutputError.relative(
          Linear.matrix(layer, before, own),
          Linear.matrix(layer, after, own),
          inputs.gram().orElseThrow());
    }
  }

  private double embeddingChange(Map<Layer, TensorData> linears) {
    try (Bert model = new Bert(linears, weights)) {
      List<double[]> embeddings = embed(model, heldOut, InputTap.NONE);
      double sum = 0;
      for (int i = 0; i < embeddings.size(); i++) {
        sum += 1 - Vectors.dot(embeddings.get(i), denseEmbeddings.get(i));
      }
      return sum / embeddings.size();
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
