package io.github.espalier.core.selection;

import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generates layers of finite weights, and sparsities. */
final class Samples {
  private Samples() {}

  static Arbitrary<DType> dtypes() {
    return Arbitraries.of(DType.F16, DType.BF16, DType.F32, DType.F64);
  }

  /**
   * Layers of any rank from 0 to 4, empty ones included; most sizes are no multiple of 64. The
   * generators name the edge cases themselves, so jqwik need not combine its own.
   */
  static Arbitrary<Sample> any() {
    return Combinators.combine(dtypes(), shapes()).flatAs(Samples::of).withoutEdgeCases();
  }

  static Arbitrary<Shape> shapes() {
    Arbitrary<Long> few = Arbitraries.longs().between(0, 6);
    Arbitrary<Long> many = Arbitraries.longs().between(0, 40);
    return Arbitraries.oneOf(
        Arbitraries.just(Shape.of()),
        Arbitraries.longs().between(0, 200).map(Shape::of),
        Combinators.combine(few, many).as(Shape::of),
        Combinators.combine(many, few).as(Shape::of),
        Combinators.combine(few, few, few).as(Shape::of),
        Combinators.combine(few, few, Arbitraries.longs().between(1, 3))
            .as((out, in, side) -> Shape.of(out, in, side, side)));
  }

  /** Layers of one type and shape: all kinds of weights, or a few that tie heavily. */
  static Arbitrary<Sample> of(DType dtype, Shape shape) {
    int size = (int) shape.elements();
    Arbitrary<Long> mixed = Arbitraries.oneOf(anyFinite(dtype), special(dtype));
    return Arbitraries.oneOf(
            mixed.array(long[].class).ofSize(size),
            special(dtype).array(long[].class).ofSize(size),
            anyFinite(dtype)
                .list()
                .ofSize(3)
                .flatMap(three -> Arbitraries.of(three).array(long[].class).ofSize(size)))
        .map(bits -> new Sample(dtype, shape, bits));
  }

  /** Any bits that are neither infinite nor NaN. */
  private static Arbitrary<Long> anyFinite(DType dtype) {
    long lowestExponentBit = 1L << Sample.mantissaBits(dtype);
    long all = Sample.signBit(dtype) | (Sample.signBit(dtype) - 1);
    return Arbitraries.longs()
        .map(bits -> bits & all)
        .map(bits -> isFinite(dtype, bits) ? bits : bits & ~lowestExponentBit);
  }

  /** Both zeros, the subnormal and normal extremes, and one, of both signs. */
  private static Arbitrary<Long> special(DType dtype) {
    long normal = 1L << Sample.mantissaBits(dtype);
    long one = ((1L << (Sample.exponentBits(dtype) - 1)) - 1) << Sample.mantissaBits(dtype);
    return Combinators.combine(
            Arbitraries.of(0L, 1L, 2L, normal - 1, normal, one, Sample.infinity(dtype) - 1),
            Arbitraries.of(0L, Sample.signBit(dtype)))
        .as((magnitude, sign) -> magnitude | sign);
  }

  static boolean isFinite(DType dtype, long bits) {
    return (bits & Sample.infinity(dtype)) != Sample.infinity(dtype);
  }

  /** Infinities and NaN of any sign and payload. */
  static Arbitrary<Long> nonFinite(DType dtype) {
    return Combinators.combine(
            Arbitraries.longs().between(0, (1L << Sample.mantissaBits(dtype)) - 1),
            Arbitraries.of(0L, Sample.signBit(dtype)))
        .as((payload, sign) -> Sample.infinity(dtype) | payload | sign);
  }

  /** Whole thousandths, so that counts can be computed in integers. */
  static Arbitrary<Integer> thousandths() {
    return Arbitraries.integers()
        .between(0, 1000)
        .edgeCases(
            config -> {
              config.add(0, 1, 500, 999, 1000);
              config.filter(Set.of(0, 1, 500, 999, 1000)::contains);
            });
  }

  static Sparsity sparsity(int thousandths) {
    return Sparsity.of(thousandths / 1000.0);
  }

  /** The nearest integer to {@code thousandths / 1000 * size}, halves up, in integers only. */
  static int count(int thousandths, int size) {
    return (2 * thousandths * size + 1000) / 2000;
  }
}
