package io.github.espalier.examples.study.search;

/** What a score's confidence interval says of a criterion, from good to bad. */
public enum Verdict {
  /** The whole interval is within the tolerance. */
  KEPT,
  /** The tolerance ends within the interval: more images could tell. */
  UNDECIDED,
  /** The whole interval is out of tolerance. */
  FALLEN
}
