package io.github.espalier.sd2.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.diff.TensorDifference.Changed;
import io.github.espalier.sd2.diff.TensorDifference.OnlyIn;
import io.github.espalier.sd2.diff.TensorDifference.Redefined;
import io.github.espalier.sd2.diff.TensorDifference.Side;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointDiffTest {
  private static final Shape FOUR = Shape.of(2, 2);

  @TempDir Path temp;

  private static CheckpointDiff between(
      Map<String, TensorData> first, Map<String, TensorData> second) throws IOException {
    return CheckpointDiff.between(first, second, 2, bytes -> {});
  }

  private static TensorData floats(float... values) {
    return TensorData.ofFloats(FOUR, values);
  }

  @Test
  void equalTensorsDoNotDiffer() throws IOException {
    TensorData nan = floats(Float.NaN, -0f, 1, 2);

    CheckpointDiff diff = between(Map.of("a", nan), Map.of("a", floats(Float.NaN, -0f, 1, 2)));

    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.compared()).isEqualTo(1);
  }

  @Test
  void countsWhatBecameOfZeros() throws IOException {
    CheckpointDiff diff =
        between(Map.of("a", floats(1, 0, -0f, 4)), Map.of("a", floats(0, 2, 0, 5)));

    assertThat(diff.differences())
        .containsExactly(new Changed("a", DType.F32, FOUR, 4, 0, 3, 1, 1, 1));
    assertThat(diff.changed().get(0).otherChanges()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "F32", "F64"})
  void aZeroThatChangedItsSignIsACategoryOfItsOwn(DType dtype) throws IOException {
    Shape shape = Shape.of(2);
    byte[] plus = new byte[2 * dtype.bytes()];
    byte[] minus = plus.clone();
    minus[minus.length - 1] = (byte) 0x80;
    TensorData first = TensorData.ofBytes(dtype, shape, ByteBuffer.wrap(minus));
    TensorData second = TensorData.ofBytes(dtype, shape, ByteBuffer.wrap(plus));

    Changed there = between(Map.of("a", first), Map.of("a", second)).changed().get(0);
    Changed back = between(Map.of("a", second), Map.of("a", first)).changed().get(0);

    assertThat(there).isEqualTo(new Changed("a", dtype, shape, 1, 1, 1, 0, 0, 1)).isEqualTo(back);
    assertThat(there.otherChanges()).isZero();
  }

  @Test
  void saysWhere() throws IOException {
    CheckpointDiff diff = between(Map.of("a", floats(1, 2, 3, 4)), Map.of("a", floats(1, 0, 0, 4)));

    assertThat(diff.changed()).containsExactly(new Changed("a", DType.F32, FOUR, 2, 1, 2, 2, 0, 0));
  }

  @Test
  void saysWhatOnlyOneHasAndWhatIsOfAnotherKind() throws IOException {
    TensorData data = floats(1, 2, 3, 4);
    TensorData row = TensorData.ofFloats(Shape.of(4), 1, 2, 3, 4);

    CheckpointDiff diff =
        between(Map.of("left", data, "shape", data), Map.of("right", data, "shape", row));

    assertThat(diff.compared()).isEqualTo(1);
    assertThat(diff.differences())
        .containsExactlyInAnyOrder(
            new OnlyIn("left", Side.FIRST, DType.F32, FOUR),
            new Redefined("shape", DType.F32, FOUR, DType.F32, Shape.of(4)),
            new OnlyIn("right", Side.SECOND, DType.F32, FOUR));
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void comparesEveryType(DType dtype) throws IOException {
    Shape shape = Shape.of(8);
    byte[] before = new byte[dtype.bits()];
    byte[] after = before.clone();
    after[after.length - 1] = 1;
    TensorData first = TensorData.ofBytes(dtype, shape, ByteBuffer.wrap(before));
    TensorData second = TensorData.ofBytes(dtype, shape, ByteBuffer.wrap(after));
    long last = (dtype.bits() % 8 == 0 ? shape.elements() : before.length) - 1;

    CheckpointDiff diff = between(Map.of("a", first), Map.of("a", second));

    assertThat(diff.changed())
        .containsExactly(new Changed("a", dtype, shape, 1, last, last, 0, 1, 0));
    assertThat(between(Map.of("a", first), Map.of("a", first)).isEmpty()).isTrue();
  }

  @Test
  void countsInLargeTensorsAreThoseOfAllPieces() throws IOException {
    int size = 300_001;
    float[] values = new float[size];
    Arrays.fill(values, 1);
    TensorData ones = TensorData.ofFloats(Shape.of(size), values);
    for (int i = 7; i < size; i += 1000) {
      values[i] = 0;
    }
    TensorData some = TensorData.ofFloats(Shape.of(size), values);

    CheckpointDiff diff = between(Map.of("a", ones), Map.of("a", some));

    assertThat(diff.changed())
        .containsExactly(new Changed("a", DType.F32, Shape.of(size), 300, 7, 299_007, 300, 0, 0));
  }

  @Test
  void emptyAndScalarTensorsCompareToo() throws IOException {
    Map<String, TensorData> both =
        Map.of(
            "empty",
            TensorData.ofFloats(Shape.of(0, 3)),
            "scalar",
            TensorData.ofFloats(Shape.of(), 1));

    assertThat(between(both, both).isEmpty()).isTrue();
  }

  @Test
  void comparesFilesThatAreNoCheckpoints() throws IOException {
    Path first = temp.resolve("first.safetensors");
    Path second = temp.resolve("second.safetensors");
    Safetensors.write(first, Map.of("a", floats(1, 2, 3, 4)), Map.of());
    Safetensors.write(second, Map.of("a", floats(1, 2, 3, 0)), Map.of("note", "differs"));

    assertThat(CheckpointDiff.between(first, second).changed())
        .containsExactly(new Changed("a", DType.F32, FOUR, 1, 3, 3, 1, 0, 0));
    assertThat(CheckpointDiff.between(first, first).isEmpty()).isTrue();
  }

  @Test
  void progressCanStopIt() {
    Map<String, TensorData> both = Map.of("a", floats(1, 2, 3, 4));

    assertThatThrownBy(
            () ->
                CheckpointDiff.between(
                    both,
                    both,
                    1,
                    bytes -> {
                      throw new CancellationException("enough");
                    }))
        .isInstanceOf(CancellationException.class);
  }
}
