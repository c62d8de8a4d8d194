package io.github.espalier.core.sparsity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class SparsityProperties {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** {@code floor(s n + 1/2)} of a sparsity of four digits, in integers. */
  @Property(tries = 5000, seed = "111")
  void countRoundsHalvesUp(
      @ForAll @IntRange(max = 10_000) int tenThousandths,
      @ForAll @LongRange(min = 0) long weights) {
    BigInteger expected =
        BigInteger.valueOf(tenThousandths)
            .multiply(BigInteger.valueOf(weights))
            .add(BigInteger.valueOf(5000))
            .divide(BigInteger.valueOf(10_000));

    assertThat(Sparsity.of(tenThousandths / 10_000.0).countOf(weights))
        .isEqualTo(expected.longValueExact());
  }

  @Property(tries = 2000, seed = "112")
  void aRatioGivesItsCountBack(
      @ForAll @LongRange(min = 0) long pruned, @ForAll @LongRange(min = 1) long total) {
    Assume.that(pruned <= total);

    assertThat(Sparsity.ofRatio(pruned, total).countOf(total)).isEqualTo(pruned);
  }

  @Property(tries = 2000, seed = "113")
  void fractionTextAndJsonAreReadBack(@ForAll @DoubleRange(max = 1) double fraction)
      throws JsonProcessingException {
    Sparsity sparsity = Sparsity.of(fraction);

    assertThat(sparsity.fraction()).isEqualTo(fraction);
    assertThat(Sparsity.parse(sparsity.toString())).isEqualTo(sparsity);
    assertThat(MAPPER.readValue(MAPPER.writeValueAsString(sparsity), Sparsity.class))
        .isEqualTo(sparsity);
  }

  @Property(tries = 1000, seed = "114")
  void textOfARatioIsReadBack(
      @ForAll @LongRange(min = 0) long pruned, @ForAll @LongRange(min = 1) long total) {
    Assume.that(pruned <= total);
    Sparsity sparsity = Sparsity.ofRatio(pruned, total);

    assertThat(Sparsity.parse(sparsity.toString())).isEqualTo(sparsity);
  }

  @Property(tries = 1000, seed = "115")
  void orderIsThatOfTheFractions(
      @ForAll @DoubleRange(max = 1) double a, @ForAll @DoubleRange(max = 1) double b) {
    assertThat(Integer.signum(Sparsity.of(a).compareTo(Sparsity.of(b))))
        .isEqualTo(Double.compare(a, b));
    assertThat(Sparsity.of(a).equals(Sparsity.of(b))).isEqualTo(a == b);
  }
}
