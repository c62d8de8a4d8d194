package io.github.espalier.methods.ria;

/** How inputs are dealt to the groups of a pattern with zeros per group. */
public enum Permutation {
  /** Not at all: groups are of consecutive inputs. */
  NONE,
  /**
   * In ascending order of the sum of their saliencies, forwards, backwards, forwards and so on: the
   * paper's channel reallocation.
   */
  HEURISTIC,
  /**
   * As {@link #HEURISTIC}, and then improved by the paper's linear sum assignment. For each place
   * of a group in turn, the inputs at that place in all groups are taken out, and dealt to the
   * groups anew, so that the sum of the saliencies that the pattern keeps is the largest possible.
   * With <i>n</i> inputs in groups of <i>m</i> and <i>r</i> outputs this takes <i>r n^2 / m</i>
   * steps to weigh the inputs, and for each place the memory of <i>(n / m)^2</i> binary64 numbers.
   */
  ASSIGNMENT
}
