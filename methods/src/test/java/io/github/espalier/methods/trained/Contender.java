package io.github.espalier.methods.trained;

import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.methods.magnitude.Magnitude;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import io.github.espalier.methods.wanda.Wanda;
import java.util.List;

/**
 * A method that is compared with others, with its default settings but for the pattern.
 *
 * @param label what the table calls it
 * @param method the method
 * @param pattern what its scores are compared in
 */
record Contender(String label, PruningMethod method, SparsityPattern pattern) {
  static final Contender MAGNITUDE = of(Magnitude.withDefaults(), SparsityPattern.LAYER);
  static final Contender MAGNITUDE_BY_ROW = of(Magnitude.withDefaults(), SparsityPattern.ROW);
  static final Contender WANDA = of(Wanda.withDefaults(), SparsityPattern.LAYER);
  static final Contender WANDA_BY_ROW = of(Wanda.withDefaults(), SparsityPattern.ROW);
  static final Contender SPARSE_GPT = of(SparseGpt.withDefaults(), SparsityPattern.LAYER);

  /** All contenders, in the order of the table's columns. */
  static final List<Contender> ALL =
      List.of(MAGNITUDE, MAGNITUDE_BY_ROW, WANDA, WANDA_BY_ROW, SPARSE_GPT);

  private static Contender of(PruningMethod method, SparsityPattern pattern) {
    String suffix = pattern.equals(SparsityPattern.ROW) ? "/row" : "";
    return new Contender(method.name() + suffix, method, pattern);
  }
}
