package io.github.espalier.metrics.manifold;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.metrics.RandomFeatures;
import io.github.espalier.metrics.feature.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class PrecisionRecallProperties {
  private static List<float[]> rows(Random random, int count, double mean) {
    return RandomFeatures.rows(random, count, 3, mean);
  }

  @Property(tries = 200, seed = "611")
  void exchangingTheSetsExchangesTheNumbers(
      @ForAll long seed,
      @ForAll @IntRange(min = 5, max = 40) int m,
      @ForAll @IntRange(min = 5, max = 40) int n,
      @ForAll @DoubleRange(min = 0, max = 3) double apart) {
    Random random = new Random(seed);
    List<float[]> real = rows(random, m, 0);
    List<float[]> generated = rows(random, n, apart);
    PrecisionRecall found =
        PrecisionRecall.of(RandomFeatures.set(real), RandomFeatures.set(generated));

    assertThat(
            PrecisionRecall.of(
                RandomFeatures.shuffled(generated, random), RandomFeatures.shuffled(real, random)))
        .isEqualTo(new PrecisionRecall(found.recall(), found.precision()));
    assertThat(found.precision()).isBetween(0.0, 1.0);
    assertThat(found.recall()).isBetween(0.0, 1.0);
  }

  @Property(tries = 100, seed = "612")
  void aSetCoversItself(@ForAll long seed, @ForAll @IntRange(min = 5, max = 60) int count) {
    FeatureSet set = RandomFeatures.set(rows(new Random(seed), count, 0));
    assertThat(PrecisionRecall.of(set, set)).isEqualTo(new PrecisionRecall(1, 1));
  }

  @Property(tries = 100, seed = "613")
  void moreNeighboursCoverMore(
      @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 3) double apart) {
    Random random = new Random(seed);
    FeatureSet real = RandomFeatures.set(rows(random, 20, 0));
    FeatureSet generated = RandomFeatures.set(rows(random, 25, apart));
    PrecisionRecall before = new PrecisionRecall(0, 0);
    for (int neighbour = 1; neighbour < 20; neighbour++) {
      PrecisionRecall found = PrecisionRecall.of(real, generated, neighbour);
      assertThat(found.precision()).isGreaterThanOrEqualTo(before.precision());
      assertThat(found.recall()).isGreaterThanOrEqualTo(before.recall());
      before = found;
    }
  }

  /** As the definition says, by loops in binary64 over distances, where none is near a radius. */
  @Property(tries = 100, seed = "614")
  void agreesWithTheDefinition(
      @ForAll long seed, @ForAll @DoubleRange(min = 0, max = 3) double apart) {
    Random random = new Random(seed);
    List<float[]> real = rows(random, 15, 0);
    List<float[]> generated = rows(random, 12, apart);
    assertThat(PrecisionRecall.of(RandomFeatures.set(real), RandomFeatures.set(generated)))
        .isEqualTo(new PrecisionRecall(covered(generated, real), covered(real, generated)));
  }

  private static double covered(List<float[]> points, List<float[]> centres) {
    int inside = 0;
    for (float[] point : points) {
      boolean found = false;
      for (float[] centre : centres) {
        found |= distance(point, centre) <= radius(centre, centres);
      }
      inside += found ? 1 : 0;
    }
    return (double) inside / points.size();
  }

  private static double radius(float[] centre, List<float[]> all) {
    List<Double> distances = new ArrayList<>();
    all.forEach(each -> distances.add(distance(centre, each)));
    distances.sort(null);
    return distances.get(PrecisionRecall.NEIGHBOUR);
  }

  private static double distance(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    return sum;
  }
}
