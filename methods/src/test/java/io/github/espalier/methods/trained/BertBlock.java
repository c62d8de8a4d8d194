package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Layer;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.util.Map;

/** A block of BERT: attention, then two linear layers; each is added to its input and normed. */
final class BertBlock {
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear attended;
  private final LayerNorm attentionNorm;
  private final Linear widened;
  private final Linear narrowed;
  private final LayerNorm norm;
  private final int width;

  BertBlock(int index, Map<Layer, TensorData> linears, Initialisers others, TensorScope scope) {
    String name = "encoder.layer." + index;
    this.query = Linear.of(name + ".attention.self.query", linears, others, scope);
    this.key = Linear.of(name + ".attention.self.key", linears, others, scope);
    this.value = Linear.of(name + ".attention.self.value", linears, others, scope);
    this.attended = Linear.of(name + ".attention.output.dense", linears, others, scope);
    this.attentionNorm = new LayerNorm(name + ".attention.output.LayerNorm", others);
    this.widened = Linear.of(name + ".intermediate.dense", linears, others, scope);
    this.narrowed = Linear.of(name + ".output.dense", linears, others, scope);
    this.norm = new LayerNorm(name + ".output.LayerNorm", others);
    this.width = others.values(name + ".output.dense.bias").length;
  }

  /** The next states of a sentence's tokens, {@code [tokens, width]}. */
  float[] apply(float[] states, InputTap tap) {
    float[] mixed =
        SelfAttention.attend(
            query.apply(states, tap), key.apply(states, tap), value.apply(states, tap), width);
    float[] between = attentionNorm.ofSum(attended.apply(mixed, tap), states);
    float[] wide = widened.apply(between, tap);
    Gelu.apply(wide);
    return norm.ofSum(narrowed.apply(wide, tap), between);
  }
}
