package io.github.espalier.examples.study.limit;

import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.ConfigurationTimes;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyEvaluator;
import io.github.espalier.examples.study.search.Evaluation;
import io.github.espalier.examples.study.search.Evaluator;
import io.github.espalier.examples.study.search.Score;
import io.github.espalier.examples.study.search.Tolerance;
import io.github.espalier.metrics.clipscore.Bootstrap;
import io.github.espalier.metrics.clipscore.ClipScores;
import io.github.espalier.metrics.clipscore.MeanInterval;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Scores what a search asks for, beside the dense model. For one thread. */
final class Measuring {
  /** Of images that are none: the least that a cosine can be. */
  private static final Score NO_IMAGES = Score.exact(-1);

  private static final Score FARTHEST = Score.exact(Double.MAX_VALUE);

  private final StudyEvaluator evaluator;
  private final ConfigurationResult dense;
  private final ClipScores denseScores;
  private final Tolerance tolerance;
  private final Map<Configuration, ConfigurationResult> results = new HashMap<>();
  private final Map<Configuration, Score> scores = new HashMap<>();
  private final List<Measured> measured = new ArrayList<>();
  private final Map<String, ConfigurationTimes> times = new LinkedHashMap<>();

  /** Evaluates the dense model. */
  Measuring(StudyEvaluator evaluator, LimitCriteria criteria) throws IOException {
    this.evaluator = evaluator;
    dense = result(Configuration.DENSE);
    if (dense.failure() != null) {
      throw new IllegalArgumentException("images of the dense model: " + dense.failure());
    }
    denseScores = evaluator.clipScores(Configuration.DENSE);
    tolerance = criteria.around(dense);
  }

  ConfigurationResult dense() {
    return dense;
  }

  Tolerance tolerance() {
    return tolerance;
  }

  /** What was measured, in this order. */
  List<Measured> measured() {
    return measured;
  }

  Map<String, ConfigurationTimes> times() {
    return times;
  }

  /** Scores what a search varies. */
  <C> Evaluator<C> evaluator(Function<C, Configuration> configuration) {
    return varied -> score(configuration.apply(varied));
  }

  /** Remembers what the search made of it. */
  Measured judged(Configuration configuration, Evaluation<?> evaluation) {
    ConfigurationResult result = results.get(configuration);
    if (result == null) {
      throw new IllegalStateException(configuration.label() + " was not evaluated");
    }
    Optional<Score> fall = Optional.ofNullable(scores.get(configuration)).map(this::fall);
    Measured judged =
        new Measured(configuration, result, fall, evaluation.verdict(), evaluation.kept());
    measured.add(judged);
    return judged;
  }

  private Score fall(Score score) {
    ClipResult clip = dense.clip();
    return new Score((clip == null ? 0 : clip.mean()) - score.value(), score.halfWidth());
  }

  private ConfigurationResult result(Configuration configuration) throws IOException {
    ConfigurationResult result = evaluator.evaluate(configuration);
    results.put(configuration, result);
    evaluator.times(configuration).ifPresent(each -> times.put(result.id(), each));
    return result;
  }

  private Map<String, Score> score(Configuration configuration) throws IOException {
    ConfigurationResult result = result(configuration);
    if (result.failure() != null) {
      requirePruned(result);
      return Map.of(LimitCriteria.CLIP_SCORE, NO_IMAGES, LimitCriteria.DISTANCE, FARTHEST);
    }
    Map<String, Score> found = new HashMap<>();
    ClipResult clip = result.clip();
    if (clip != null) {
      Score score = new Score(clip.mean(), halfWidth(evaluator.clipScores(configuration)));
      scores.put(configuration, score);
      found.put(LimitCriteria.CLIP_SCORE, score);
    }
    DistanceResult distance = result.distance();
    if (distance != null) {
      found.put(LimitCriteria.DISTANCE, Score.exact(distance.value()));
    }
    return found;
  }

  /** A method that does not work is no model whose scores fell. */
  private static void requirePruned(ConfigurationResult result) {
    if (result.layers().isEmpty()) {
      throw new IllegalArgumentException(result.label() + ": " + result.failure());
    }
  }

  /** The interval need not be symmetric; the longer side counts. */
  private double halfWidth(ClipScores pruned) {
    MeanInterval difference = pruned.cosinesMinus(denseScores, Bootstrap.withDefaults());
    return Math.max(
        0, Math.max(difference.high() - difference.mean(), difference.mean() - difference.low()));
  }
}
