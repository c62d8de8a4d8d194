package io.github.espalier.examples.spark;

import io.github.espalier.examples.study.run.ImageRange;
import java.io.Serializable;

/**
 * A range of images to make and score. Immutable.
 *
 * @param study what it is part of
 * @param configuration id of the configuration, which is the plan's
 * @param first the first image
 * @param end the image after the last one
 */
record RangeTask(StudyShare study, String configuration, int first, int end)
    implements Serializable {
  ImageRange range() {
    return new ImageRange(first, end);
  }
}
