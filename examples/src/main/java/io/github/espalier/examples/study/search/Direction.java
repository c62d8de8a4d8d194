package io.github.espalier.examples.study.search;

/** Which scores are good ones. */
public enum Direction {
  /** Such as CLIPScore. */
  HIGHER_IS_BETTER,
  /** Such as FID. */
  LOWER_IS_BETTER
}
