package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Layer;
import java.util.Map;

/**
 * What a method did to a model, on text that it has not seen.
 *
 * @param outputErrors relative error of each layer's output, given the inputs of the dense model
 * @param embeddingChange mean of 1 - cosine between the embeddings of the dense and the pruned
 *     model
 */
record Result(Map<Layer, Double> outputErrors, double embeddingChange) {}
