package io.github.espalier.metrics.clipscore;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.extract.SkippedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Scores of pairs of image and caption, and what made them. Immutable.
 *
 * @param protocol what made them
 * @param pairs the scores, at least one, in the order of the pairs
 * @param skipped images that could not be read, in order
 */
public record ClipScores(
    ClipScoreProtocol protocol, List<PairScore> pairs, List<SkippedImage> skipped) {
  /**
   * Copies the lists.
   *
   * @param protocol what made the scores
   * @param pairs the scores, at least one
   * @param skipped images that could not be read
   * @throws IllegalArgumentException if there are no scores
   */
  public ClipScores {
    pairs = ImmutableList.copyOf(pairs);
    skipped = ImmutableList.copyOf(skipped);
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no scores"
              + (skipped.isEmpty() ? "" : ": no image can be read; " + skipped.get(0).reason()));
    }
  }

  /**
   * Reads a file that {@link ClipScoring} wrote.
   *
   * @param file the file
   * @return its scores
   * @throws CheckpointFormatException if it is no well-formed file of scores
   * @throws IOException if it cannot be read
   */
  public static ClipScores read(Path file) throws IOException {
    return ScoreFile.read(file);
  }

  /**
   * Puts files of scores together, such as those of parts of a folder that several machines scored:
   * the file is what a single run would have written of all pairs.
   *
   * @param parts files that {@link ClipScoring} wrote, by the same model, preprocessing and prefix,
   *     in the order that their pairs get; at least one
   * @param target the new file, which replaces one that exists
   * @return its scores
   * @throws IllegalArgumentException if there are no parts, or the protocols differ; the message
   *     says in what
   * @throws CheckpointFormatException if a file is no well-formed file of scores
   * @throws IOException if reading or writing fails
   */
  public static ClipScores merge(List<Path> parts, Path target) throws IOException {
    return ScoreFile.merge(parts, target);
  }

  /**
   * Returns how many pairs were scored.
   *
   * @return at least 1
   */
  public int count() {
    return pairs.size();
  }

  /**
   * Returns the score of the whole set, from sums in binary64.
   *
   * @param kind its form
   * @return the mean of the pairs' scores; for {@link ClipScoreKind#PERCENT} at least 0
   */
  public double mean(ClipScoreKind kind) {
    return kind.ofMean(pairs.stream().mapToDouble(kind::of).sum() / pairs.size());
  }

  /**
   * Draws a confidence interval of the score of the set.
   *
   * @param kind its form
   * @param bootstrap number of samples, level and seed
   * @return the score with its interval
   */
  public MeanInterval interval(ClipScoreKind kind, Bootstrap bootstrap) {
    return bootstrap.interval(pairs.stream().mapToDouble(kind::of).toArray(), kind::ofMean);
  }

  /**
   * Compares with other scores.
   *
   * @param other the others, of any number of pairs
   * @param kind the form of the scores
   * @return the score of this set less that of the other
   * @throws IllegalArgumentException if the protocols differ; the message says in what
   */
  public double minus(ClipScores other, ClipScoreKind kind) {
    String difference = protocol.differenceFrom(other.protocol);
    if (!difference.isEmpty()) {
      throw new IllegalArgumentException(
          "the scores cannot be compared: the first are of " + difference);
    }
    return mean(kind) - other.mean(kind);
  }

  /**
   * Compares with other scores of the same captions, pair by pair: where pairs resemble each other,
   * as images of the same seed do, the interval of their differences is narrower than those of
   * either set.
   *
   * @param other the others, of as many pairs with the same captions in the same order
   * @param bootstrap number of samples, level and seed
   * @return the mean cosine of this set less that of the other, with its interval
   * @throws IllegalArgumentException if the protocols, the numbers or the captions differ
   */
  public MeanInterval cosinesMinus(ClipScores other, Bootstrap bootstrap) {
    String difference = protocol.differenceFrom(other.protocol);
    if (!difference.isEmpty()) {
      throw new IllegalArgumentException(
          "the scores cannot be compared: the first are of " + difference);
    }
    if (count() != other.count()) {
      throw new IllegalArgumentException(
          "the scores cannot be compared: " + count() + " pairs and " + other.count());
    }
    double[] differences = new double[count()];
    for (int i = 0; i < differences.length; i++) {
      PairScore one = pairs.get(i);
      PairScore two = other.pairs.get(i);
      if (!one.caption().equals(two.caption())) {
        throw new IllegalArgumentException(
            "the scores cannot be compared: the captions of pair " + (i + 1) + " differ");
      }
      differences[i] = ClipScoreKind.COSINE.of(one) - ClipScoreKind.COSINE.of(two);
    }
    return bootstrap.interval(differences, mean -> mean);
  }

  @Override
  public String toString() {
    return "CLIP scores of " + pairs.size() + " pairs, mean cosine " + mean(ClipScoreKind.COSINE);
  }
}
