package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The forward pass of a sentence encoder, one sentence at a time, so that nothing is padded. For
 * one thread.
 *
 * <p>Sources: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
 * Understanding", 2018, arXiv 1810.04805; for the embedding Reimers and Gurevych, "Sentence-BERT:
 * Sentence Embeddings using Siamese BERT-Networks", 2019, arXiv 1908.10084.
 */
final class Bert implements AutoCloseable {
  private static final int BLOCKS = 6;

  private final TensorScope scope = new TensorScope();
  private final float[] words;
  private final float[] positions;
  private final float[] types;
  private final LayerNorm norm;
  private final List<BertBlock> blocks = new ArrayList<>();
  private final int width;

  /**
   * Prepares a model.
   *
   * @param linears weights of the linear layers, pruned or not
   * @param others where all other weights are
   */
  Bert(Map<Layer, TensorData> linears, Initialisers others) {
    this.words = others.values("embeddings.word_embeddings.weight");
    this.positions = others.values("embeddings.position_embeddings.weight");
    this.types = others.values("embeddings.token_type_embeddings.weight");
    this.norm = new LayerNorm("embeddings.LayerNorm", others);
    this.width = others.values("embeddings.LayerNorm.bias").length;
    for (int i = 0; i < BLOCKS; i++) {
      blocks.add(new BertBlock(i, linears, others, scope));
    }
  }

  /** A sentence's embedding: the mean of its tokens' last states, with norm 1. */
  double[] embed(int[] tokens, InputTap tap) {
    float[] states = states(tokens, tap);
    double[] mean = new double[width];
    for (int i = 0; i < states.length; i++) {
      mean[i % width] += states[i] / tokens.length;
    }
    double length = Math.sqrt(Vectors.dot(mean, mean));
    for (int i = 0; i < width; i++) {
      mean[i] /= length;
    }
    return mean;
  }

  private float[] states(int[] tokens, InputTap tap) {
    float[] word = new float[tokens.length * width];
    float[] place = new float[tokens.length * width];
    for (int i = 0; i < tokens.length; i++) {
      for (int j = 0; j < width; j++) {
        word[i * width + j] = words[tokens[i] * width + j] + types[j];
        place[i * width + j] = positions[i * width + j];
      }
    }
    float[] states = norm.ofSum(word, place);
    for (BertBlock block : blocks) {
      states = block.apply(states, tap);
    }
    return states;
  }

  @Override
  public void close() {
    scope.close();
  }
}
