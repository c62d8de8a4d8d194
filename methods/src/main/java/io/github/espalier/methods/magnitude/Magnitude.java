package io.github.espalier.methods.magnitude;

import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.SaliencyMethod;
import io.github.espalier.core.selection.MagnitudeKeys;
import io.github.espalier.core.selection.SaliencyKeys;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.tensor.NdArrays;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes the weights of smallest absolute value: the saliency of a weight <i>w</i> is |<i>w</i>|.
 *
 * <p>Weights of type F16, BF16, F32 and F64 are ranked by their bits, exactly and without
 * conversion. By default exactly the asked number of weights goes, of equal ones those with the
 * lowest flat index; the {@linkplain SelectionRule reference rules} repeat published code.
 *
 * <ul>
 *   <li>0 and -0 are equal, and smaller than every other weight.
 *   <li>Subnormal numbers rank by their value.
 *   <li>An infinite or undefined weight is an error that names the layer.
 *   <li>A pruned weight becomes +0, a kept one keeps its bits, -0 included.
 *   <li>Pruning again with the same settings changes nothing.
 * </ul>
 *
 * <p>Immutable and safe for use by many threads.
 *
 * <p>Source: Han, Pool, Tran and Dally, "Learning both Weights and Connections for Efficient Neural
 * Networks", NeurIPS 2015, <a href="https://arxiv.org/abs/1506.02626">arXiv 1506.02626</a>.
 */
public final class Magnitude implements SaliencyMethod {
  private static final Magnitude DEFAULT = new Magnitude(SelectionRule.EXACT);

  private final SelectionRule rule;

  /** Makes the method with the exact rule, for {@link java.util.ServiceLoader}. */
  public Magnitude() {
    this(SelectionRule.EXACT);
  }

  private Magnitude(SelectionRule rule) {
    this.rule = rule;
  }

  /**
   * Returns the method with the exact rule.
   *
   * @return the method
   */
  public static Magnitude withDefaults() {
    return DEFAULT;
  }

  /**
   * Sets the rule for counts and ties.
   *
   * @param rule the rule
   * @return a changed copy
   */
  public Magnitude with(SelectionRule rule) {
    return new Magnitude(rule);
  }

  @Override
  public PruningMethod with(String option, String value) {
    if (!option.equals("rule")) {
      throw new IllegalArgumentException(
          "method magnitude has no option '" + option + "'; it has: rule");
    }
    String wanted = value.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(SelectionRule.values())
        .filter(candidate -> candidate.name().equals(wanted))
        .findFirst()
        .map(this::with)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown rule '"
                        + value
                        + "'; expected one of "
                        + Arrays.toString(SelectionRule.values())));
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        "rule",
        "how a sparsity becomes a count, and what happens to ties: one of "
            + Arrays.toString(SelectionRule.values()));
  }

  @Override
  public String name() {
    return "magnitude";
  }

  @Override
  public String source() {
    return "Han, Pool, Tran and Dally, \"Learning both Weights and Connections for Efficient Neural"
        + " Networks\", NeurIPS 2015, arXiv 1506.02626";
  }

  @Override
  public String settings() {
    return "rule " + rule;
  }

  @Override
  public SelectionRule rule() {
    return rule;
  }

  @Override
  public SaliencyKeys keys(LayerContext layer) {
    return MagnitudeKeys.of(layer.data());
  }

  @Override
  public INDArray saliency(LayerContext layer) throws IOException {
    INDArray weights = layer.weights();
    FloatBuffer values = NdArrays.floats(weights);
    for (int i = 0; i < values.limit(); i++) {
      values.put(i, Math.abs(values.get(i)));
    }
    return weights;
  }
}
