package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorReader;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers of more than one piece, with ties and rows that cross from one piece into the next. */
class PieceBoundaryTest {
  private static int perPiece(DType dtype) {
    return TensorReader.PIECE_BYTES / dtype.bytes();
  }

  /** Bits of the magnitudes 0, 1, 1.5 and infinity's neighbour, and one whose digits differ low. */
  private static Sample fewMagnitudes(DType dtype, Shape shape) {
    int bias = (1 << (Sample.exponentBits(dtype) - 1)) - 1;
    long one = (long) bias << Sample.mantissaBits(dtype);
    long[] choices = {
      0, one, one + 1, one | 1L << (Sample.mantissaBits(dtype) - 1), Sample.infinity(dtype) - 1
    };
    Random random = new Random(7);
    long[] bits = new long[(int) shape.elements()];
    for (int i = 0; i < bits.length; i++) {
      long sign = random.nextBoolean() ? Sample.signBit(dtype) : 0;
      bits[i] = choices[random.nextInt(choices.length)] | sign;
    }
    return new Sample(dtype, shape, bits);
  }

  private static Mask select(Sample layer, Sparsity sparsity, SparsityPattern pattern)
      throws IOException {
    return Selector.select(layer.keys(), sparsity, pattern, SelectionRule.EXACT).mask();
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void tiesCrossPieces(DType dtype) throws IOException {
    int size = 2 * perPiece(dtype) + 77;
    Sample layer = fewMagnitudes(dtype, Shape.of(size));
    for (int thousandths : new int[] {0, 1, 300, 475, 501, 999, 1000}) {
      int count = Samples.count(thousandths, size);
      assertThat(select(layer, Samples.sparsity(thousandths), SparsityPattern.LAYER))
          .isEqualTo(Oracle.mask(layer.shape(), Oracle.layer(layer.magnitudes(), count)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void anyNumberOfEqualWeightsGoesFromTheFront(DType dtype) throws IOException {
    int size = 2 * perPiece(dtype) + 1;
    long[] equal = new long[size];
    Arrays.fill(equal, 1L << Sample.mantissaBits(dtype));
    Sample layer = new Sample(dtype, Shape.of(size), equal);
    for (int count : new int[] {1, 63, 64, 65, perPiece(dtype), perPiece(dtype) + 100, size - 1}) {
      Mask mask = select(layer, Sparsity.ofRatio(count, size), SparsityPattern.LAYER);

      assertThat(mask.prunedCount()).isEqualTo(count);
      assertThat(mask.isKept(count - 1)).isFalse();
      assertThat(mask.isKept(count)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16", "F32", "F64"})
  void rowsCrossPieces(DType dtype) throws IOException {
    int columns = perPiece(dtype) * 2 / 3 + 5;
    Sample layer = fewMagnitudes(dtype, Shape.of(4, columns));

    assertThat(select(layer, Sparsity.of(0.475), SparsityPattern.ROW))
        .isEqualTo(
            Oracle.mask(
                layer.shape(),
                Oracle.rows(
                    layer.magnitudes(),
                    columns,
                    Oracle.dealt(Samples.count(475, 4 * columns), 4))));
  }

  @Test
  void aRowMayBeLongerThanAPiece() throws IOException {
    int columns = 2 * perPiece(DType.F32) + 9;
    Sample layer = fewMagnitudes(DType.F32, Shape.of(2, columns));

    assertThat(select(layer, Sparsity.of(0.35), SparsityPattern.ROW))
        .isEqualTo(
            Oracle.mask(
                layer.shape(),
                Oracle.rows(
                    layer.magnitudes(),
                    columns,
                    Oracle.dealt(Samples.count(350, 2 * columns), 2))));
  }

  @Test
  void groupsCrossPieces() throws IOException {
    Shape shape = Shape.of(3, 6, 70, 71);
    Sample layer = fewMagnitudes(DType.F16, shape);
    Grouped pattern = new Grouped(1, 3);
    assertThat(shape.elements()).isGreaterThan(perPiece(DType.F16));

    assertThat(select(layer, Sparsity.ZERO, pattern))
        .isEqualTo(Oracle.mask(shape, Oracle.groups(layer.magnitudes(), shape, pattern)));
  }

  @Test
  void tiesCrossPiecesAndLayersOfMixedTypes() throws IOException {
    List<Sample> layers =
        List.of(
            fewMagnitudes(DType.F16, Shape.of(perPiece(DType.F16) + 3)),
            fewMagnitudes(DType.F32, Shape.of(perPiece(DType.F32) + 3)),
            fewMagnitudes(DType.BF16, Shape.of(5)));
    double[] all =
        layers.stream().flatMapToDouble(layer -> Arrays.stream(layer.magnitudes())).toArray();
    boolean[] expected = Oracle.layer(all, Samples.count(475, all.length));

    List<Selection> found =
        Selector.select(
            layers.stream().map(Sample::keys).toList(), Sparsity.of(0.475), SelectionRule.EXACT);

    int from = 0;
    for (int i = 0; i < layers.size(); i++) {
      int to = from + layers.get(i).size();
      assertThat(found.get(i).mask())
          .isEqualTo(Oracle.mask(layers.get(i).shape(), Arrays.copyOfRange(expected, from, to)));
      from = to;
    }
  }

  @Test
  void computedSalienciesCrossPieces() throws IOException {
    int columns = 30_001;
    float[] saliencies = new float[2 * columns];
    double[] numbers = new double[saliencies.length];
    Random random = new Random(8);
    for (int i = 0; i < saliencies.length; i++) {
      saliencies[i] = random.nextInt(5) - 2;
      numbers[i] = saliencies[i];
    }
    Shape shape = Shape.of(2, columns);
    try (TensorScope scope = new TensorScope()) {
      SaliencyKeys keys = FloatKeys.of(shape, scope.matrix(2, columns, saliencies));

      assertThat(
              Selector.select(keys, Sparsity.of(0.475), SparsityPattern.LAYER, SelectionRule.EXACT)
                  .mask())
          .isEqualTo(Oracle.mask(shape, Oracle.layer(numbers, Samples.count(475, 2 * columns))));
      assertThat(
              Selector.select(keys, Sparsity.of(0.475), SparsityPattern.ROW, SelectionRule.EXACT)
                  .mask())
          .isEqualTo(
              Oracle.mask(
                  shape,
                  Oracle.rows(numbers, columns, Oracle.dealt(Samples.count(475, 2 * columns), 2))));
    }
  }

  @Test
  void oneNaNInTheLastPieceIsFound() {
    int size = 2 * perPiece(DType.F16) + 3;
    long[] bits = new long[size];
    bits[size - 1] = 0x7e00;
    Sample layer = new Sample(DType.F16, Shape.of(1, size), bits);
    for (SparsityPattern pattern : List.of(SparsityPattern.LAYER, SparsityPattern.ROW)) {
      assertThatThrownBy(() -> select(layer, Sparsity.of(0.1), pattern))
          .isInstanceOf(NonFiniteException.class)
          .hasMessageStartingWith("1 of " + size + " values is infinite");
    }
  }
}
