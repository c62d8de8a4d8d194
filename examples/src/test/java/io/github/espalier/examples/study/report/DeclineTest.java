package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.examples.study.chart.Point;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclineTest {
  /** Sums of decimal fractions. */
  private static final double ROUNDING = 1e-12;

  private static Decline of(double... sparsitiesAndScores) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < sparsitiesAndScores.length; i += 2) {
      points.add(Point.exact(sparsitiesAndScores[i], sparsitiesAndScores[i + 1]));
    }
    return Decline.of(points);
  }

  /** The published scores by magnitude: a cliff of the text encoder, none of the U-Net. */
  @Test
  void tellsThePapersCurvesApart() {
    Decline text =
        of(
            0, 0.3140, 0.3, 0.3166, 0.4, 0.3144, 0.5, 0.3103, 0.55, 0.3042, 0.575, 0.2929, 0.6,
            0.2677, 0.625, 0.2223, 0.65, 0.1858, 0.675, 0.1746, 0.7, 0.1716, 0.8, 0.1770);
    Decline unet =
        of(
            0, 0.3140, 0.1, 0.3164, 0.2, 0.3173, 0.3, 0.3166, 0.35, 0.3144, 0.375, 0.3133, 0.4,
            0.3113, 0.425, 0.3081, 0.45, 0.3024, 0.475, 0.2941, 0.5, 0.2832, 0.525, 0.2663, 0.55,
            0.2477, 0.575, 0.2206, 0.6, 0.2104);

    assertThat(text.kind()).isEqualTo(Decline.Kind.CLIFF);
    assertThat(text.steepest().from()).isCloseTo(0.575, within(0.026));
    assertThat(unet.kind()).isEqualTo(Decline.Kind.GRADUAL);
  }

  @Test
  void windowsMayBeginAndEndBetweenPoints() {
    Decline decline = of(0, 0.9, 0.5, 0.9, 0.54, 0.5, 0.7, 0.34);

    assertThat(decline.kind()).isEqualTo(Decline.Kind.CLIFF);
    assertThat(decline.steepest().from()).isEqualTo(0.5);
    assertThat(decline.steepest().to()).isCloseTo(0.6, within(ROUNDING));
    assertThat(decline.steepest().loss()).isCloseTo(0.46, within(ROUNDING));
  }

  @Test
  void aThirdWithinTenPointsIsACliff() {
    assertThat(of(0, 0.9, 0.1, 0.6).kind()).isEqualTo(Decline.Kind.CLIFF);
    assertThat(of(0, 0.9, 0.1, 0.61, 0.2, 0.32).kind()).isEqualTo(Decline.Kind.GRADUAL);
    assertThat(of(0, 0.9, 0.05, 0.6).kind()).isEqualTo(Decline.Kind.CLIFF);
  }

  @Test
  void pointsTooFarApartDoNotTell() {
    assertThat(of(0, 0.9, 0.5, 0.9, 0.7, 0.6).kind()).isEqualTo(Decline.Kind.UNKNOWN);
    assertThat(of(0, 0.9, 0.5, 0.9, 0.7, 0.61).kind()).isEqualTo(Decline.Kind.GRADUAL);
  }
}
