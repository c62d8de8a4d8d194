package io.github.espalier.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole network, with weights by formula, against pytorch-fid in float64. */
@SuppressWarnings("NullAway.Init")
class InceptionNetworkTest {
  private static final Set<InceptionTap> ALL = EnumSet.allOf(InceptionTap.class);

  @TempDir static Path temp;

  private static InceptionNetwork network;
  private static Compute compute;

  @BeforeAll
  static void load() throws IOException {
    Path file = temp.resolve("inception.safetensors");
    Safetensors.write(file, Formula.weights(), Map.of("made by", "a formula"));
    network = InceptionNetwork.load(file);
    compute = Compute.withThreads(2);
  }

  @AfterAll
  static void close() {
    compute.close();
    network.close();
  }

  /** One line of the golden file: an image, and its features at one tap. */
  private record Golden(int number, int height, int width, InceptionTap tap, List<Double> values) {
    static List<Golden> all() {
      return Formula.lines("golden.tsv").stream().map(Golden::of).toList();
    }

    private static Golden of(String... line) {
      List<Double> values = Arrays.stream(line[4].split(" ")).map(Double::parseDouble).toList();
      return new Golden(
          Integer.parseInt(line[0]),
          Integer.parseInt(line[1]),
          Integer.parseInt(line[2]),
          Stream.of(InceptionTap.values())
              .filter(tap -> tap.width() == Integer.parseInt(line[3]))
              .findFirst()
              .orElseThrow(),
          values);
    }

    FloatImage image() {
      return Formula.image(number, height, width);
    }
  }

  @Test
  void featuresAreThoseOfPytorchFid() {
    Map<String, List<Golden>> bySize =
        Golden.all().stream().collect(Collectors.groupingBy(g -> g.height + "x" + g.width));
    assertThat(bySize).hasSize(3);
    bySize.forEach(
        (size, lines) -> {
          List<FloatImage> images =
              lines.stream().filter(g -> g.tap == InceptionTap.POOL_64).map(Golden::image).toList();
          InceptionFeatures features = network.features(compute, images, ALL);
          int first = lines.get(0).number;
          for (Golden golden : lines) {
            verify(golden, features.row(golden.tap, golden.number - first));
          }
        });
    assertThat(compute.workspace().lent()).isZero();
  }

  /**
   * Each feature within 1e-4 of itself; those below a tenth of the root mean square of the image's
   * features at that tap, zeros among them, within 1e-4 of that tenth. What differs is rounding to
   * binary32 in some 40 layers, and to seven digits in the file.
   */
  private static void verify(Golden golden, float[] found) {
    assertThat(found).hasSize(golden.tap.width());
    double squares = golden.values.stream().mapToDouble(v -> v * v).average().orElseThrow();
    double least = 0.1 * Math.sqrt(squares);
    for (int i = 0; i < found.length; i++) {
      double expected = golden.values.get(i);
      assertThat(Math.abs(found[i] - expected) / Math.max(expected, least))
          .as("image %d, %s, feature %d: %s", golden.number, golden.tap, i, found[i])
          .isLessThan(1e-4);
    }
  }

  @Test
  void parametersAreAsManyAsPytorchFids() {
    Map<String, Shape> shapes = Formula.shapes();
    assertThat(shapes).hasSize(470);
    assertThat(elements(shapes, name -> name.contains(".running_"))).isEqualTo(34_432);
    assertThat(elements(shapes, name -> !name.contains(".running_"))).isEqualTo(21_785_568);
  }

  private static long elements(Map<String, Shape> shapes, Predicate<String> which) {
    return shapes.entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .mapToLong(entry -> entry.getValue().elements())
        .sum();
  }

  /** Neither the number of images, which run 16 at a time, nor the taps asked for matter. */
  @Test
  void anyNumberOfImages() {
    List<FloatImage> images =
        IntStream.range(0, 19).mapToObj(i -> Formula.image(i, 75, 80)).toList();
    Set<InceptionTap> taps = EnumSet.of(InceptionTap.POOL_192, InceptionTap.FINAL_2048);

    InceptionFeatures features = network.features(compute, images, taps);

    assertThat(features.images()).isEqualTo(19);
    assertThat(features.taps()).isEqualTo(taps);
    for (int i : new int[] {0, 15, 16, 18}) {
      InceptionFeatures alone = network.features(compute, List.of(images.get(i)), ALL);
      for (InceptionTap tap : taps) {
        // Binary32 rounding: products are cut into other blocks.
        assertThat(features.row(tap, i)).containsExactly(alone.row(tap, 0), within(1e-5f));
      }
    }
    assertThat(features.row(InceptionTap.FINAL_2048, 0))
        .isNotEqualTo(features.row(InceptionTap.FINAL_2048, 1));
    assertThatThrownBy(() -> features.row(InceptionTap.POOL_64, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no features were taken at POOL_64");
    assertThatThrownBy(() -> features.row(InceptionTap.POOL_192, 19))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void fingerprintIsOfTheValuesAlone() throws IOException {
    Map<String, TensorData> tensors = new TreeMap<>(Formula.weights());
    for (String name : List.of("Conv2d_1a_3x3.bn.bias", "Mixed_7c.branch_pool.bn.weight")) {
      Shape shape = Formula.shapes().getOrDefault(name, Shape.of());
      tensors.put(name, f64(shape, Formula.weight(name, shape)));
    }
    ByteBuffer count = ByteBuffer.allocate(Long.BYTES);
    tensors.put(
        "Conv2d_1a_3x3.bn.num_batches_tracked", TensorData.ofBytes(DType.I64, Shape.of(), count));
    tensors.put("fc.bias", Formula.f32(Shape.of(1008), new float[1008]));
    Path same = temp.resolve("same.safetensors");
    Safetensors.write(same, tensors, Map.of());
    tensors.put("Mixed_7c.other", Formula.f32(Shape.of(1), 0f));
    Path more = temp.resolve("more.safetensors");
    Safetensors.write(more, tensors, Map.of());

    try (InceptionNetwork other = InceptionNetwork.load(same)) {
      assertThat(other.weightsSha256()).isEqualTo(network.weightsSha256()).hasSize(64);
    }
    assertThatThrownBy(() -> InceptionNetwork.load(more))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(more + ": Mixed_7c.other: is not part of the FID Inception network");
  }

  private static TensorData f64(Shape shape, float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putDouble(value);
    }
    return TensorData.ofBytes(DType.F64, shape, bytes.flip());
  }

  @Test
  void refusesOtherImages() {
    FloatImage image = Formula.image(0, 75, 75);
    float[] values = image.values();
    values[5] = Float.NaN;
    FloatImage broken = new FloatImage(3, 75, 75, values);
    FloatImage grey = new FloatImage(1, 75, 75, new float[75 * 75]);

    refuses("found 0 images and 4 taps, expected some of both");
    refuses("image 0 is an image of 3 planes of 80x74, expected 3", Formula.image(0, 74, 80));
    refuses("image 1 is an image of 1 planes of 75x75, expected 3 planes", image, grey);
    refuses("image 1 is an image of 3 planes of 76x75, but", image, Formula.image(0, 75, 76));
    refuses("image 1 has the value NaN", image, broken);
    assertThatThrownBy(() -> network.features(compute, List.of(image), Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("found 1 images and 0 taps, expected some of both");
  }

  private static void refuses(String message, FloatImage... images) {
    assertThatThrownBy(() -> network.features(compute, List.of(images), ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
    assertThat(compute.workspace().lent()).isZero();
  }
}
