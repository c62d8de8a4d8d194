package io.github.espalier.examples.study.limit;

import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.search.Criterion;
import io.github.espalier.examples.study.search.Direction;
import io.github.espalier.examples.study.search.Score;
import io.github.espalier.examples.study.search.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a pruned model's scores are kept. Immutable.
 *
 * <p>All models make images of the same captions and seeds, so that the confidence interval is that
 * of the mean difference from the dense model, image by image. The Fréchet distance has no
 * interval: its value decides.
 *
 * @param drop how far CLIPScore may fall below that of the dense model
 * @param rise how far the distance from the references may rise above it; of no effect if empty
 * @param cautious whether the whole confidence interval must be kept; otherwise the mean decides
 */
public record LimitCriteria(Allowance drop, Optional<Allowance> rise, boolean cautious) {
  static final String CLIP_SCORE = "CLIPScore";
  static final String DISTANCE = "distance";

  /** Returns the tolerance around the dense model's scores. */
  Tolerance around(ConfigurationResult dense) {
    ClipResult clip = dense.clip();
    DistanceResult distance = dense.distance();
    List<Criterion> criteria = new ArrayList<>();
    if (clip != null) {
      criteria.add(
          new Criterion(
              CLIP_SCORE,
              Direction.HIGHER_IS_BETTER,
              Score.exact(clip.mean()),
              drop.of(CLIP_SCORE, clip.mean()),
              cautious));
    }
    if (distance != null && rise.isPresent()) {
      criteria.add(
          new Criterion(
              DISTANCE,
              Direction.LOWER_IS_BETTER,
              Score.exact(distance.value()),
              rise.get().of(DISTANCE, distance.value()),
              cautious));
    }
    return new Tolerance(criteria);
  }
}
