package io.github.espalier.examples.study.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class ScaleProperties {
  @Property
  void coversTheValuesWithFewRoundMarks(
      @ForAll @DoubleRange(min = -1e4, max = 1e4) double least,
      @ForAll @DoubleRange(min = 0.01, max = 1e4) double width) {
    Scale scale = Scale.covering(least, least + width, 10, 110);

    double slack = 1e-6 * scale.step();
    assertThat(scale.low()).isLessThanOrEqualTo(least + slack);
    assertThat(scale.high()).isGreaterThanOrEqualTo(least + width - slack);
    List<Double> ticks = scale.ticks();
    assertThat(ticks.size()).isBetween(3, 9);
    assertThat(scale.at(ticks.get(0))).isCloseTo(10, within(1e-6));
    assertThat(scale.at(ticks.get(ticks.size() - 1))).isCloseTo(110, within(1e-6));
    double leading = scale.step() / Math.pow(10, Math.floor(Math.log10(scale.step()) + 1e-9));
    assertThat(List.of(1L, 2L, 5L)).contains(Math.round(leading));
    assertThat(leading).isCloseTo(Math.rint(leading), within(1e-6));
  }

  @Property
  void theDecimalsTellMarksApart(@ForAll @DoubleRange(min = 0.01, max = 1e4) double width) {
    Scale scale = Scale.covering(0, width, 0, 1);
    assertThat(scale.ticks().stream().map(tick -> Axis.Unit.NUMBER.format(tick, scale.decimals())))
        .doesNotHaveDuplicates();
  }

  @Property
  void oneValueAloneHasARange(@ForAll @DoubleRange(min = -1e4, max = 1e4) double value) {
    Scale scale = Scale.covering(value, value, 0, 1);
    assertThat(scale.at(value)).isBetween(-1e-6, 1 + 1e-6);
    assertThat(scale.high()).isGreaterThan(scale.low());
  }
}
