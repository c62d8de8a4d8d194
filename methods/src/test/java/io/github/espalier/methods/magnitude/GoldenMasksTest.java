package io.github.espalier.methods.magnitude;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.selection.SaliencyKeys;
import io.github.espalier.core.selection.Selection;
import io.github.espalier.core.selection.SelectionRule;
import io.github.espalier.core.selection.Selector;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules against masks that PyTorch made; see {@code src/test/python/make_golden_masks.py}. */
class GoldenMasksTest {
  private static final String GROUP = "/GROUP";

  /** What PyTorch made of a layer, or of all layers of a type together. */
  record Expected(
      String layer,
      SelectionRule rule,
      SparsityPattern pattern,
      Sparsity sparsity,
      long pruned,
      double largest,
      String hash) {
    @Override
    public String toString() {
      return String.join(" ", layer, rule.name(), pattern.label(), sparsity.toString());
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = GoldenMasksTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      return in.readAllBytes();
    }
  }

  private static Stream<List<String>> lines(String kind) throws IOException {
    return new String(resource("golden-masks.tsv"), UTF_8)
        .lines()
        .map(line -> List.of(line.split("\t", -1)))
        .filter(fields -> fields.get(0).equals(kind));
  }

  private static Map<String, TensorData> layers() throws IOException {
    ByteBuffer weights = ByteBuffer.wrap(resource("golden-weights.bin"));
    Map<String, TensorData> layers = new LinkedHashMap<>();
    for (List<String> fields : lines("layer").toList()) {
      DType dtype = DType.valueOf(fields.get(2));
      Shape shape = Shape.of(Long.parseLong(fields.get(3)), Long.parseLong(fields.get(4)));
      int size = (int) shape.elements() * dtype.bytes();
      ByteBuffer bytes = weights.slice(Integer.parseInt(fields.get(5)), size);
      layers.put(fields.get(1), TensorData.ofBytes(dtype, shape, bytes));
    }
    return layers;
  }

  static Stream<Expected> expected() throws IOException {
    return lines("mask")
        .map(
            fields ->
                new Expected(
                    fields.get(1),
                    SelectionRule.valueOf(fields.get(2)),
                    SparsityPattern.parse(fields.get(3)),
                    Sparsity.parse(fields.get(4)),
                    Long.parseLong(fields.get(5)),
                    fields.get(6).equals("-") ? -1 : Double.parseDouble(fields.get(6)),
                    fields.get(7)));
  }

  @ParameterizedTest
  @MethodSource("expected")
  void theMaskIsTheOneOfPyTorch(Expected expected) throws IOException {
    List<TensorData> weights = new ArrayList<>();
    List<Mask> masks = new ArrayList<>();
    if (expected.layer.endsWith(GROUP)) {
      String dtype = expected.layer.substring(0, expected.layer.indexOf('/') + 1);
      layers()
          .forEach(
              (name, data) -> {
                if (name.startsWith(dtype)) {
                  weights.add(data);
                }
              });
      masks.addAll(selectTogether(expected, weights));
    } else {
      TensorData data = Objects.requireNonNull(layers().get(expected.layer), expected.layer);
      weights.add(data);
      masks.add(select(expected, data));
    }

    assertThat(masks.stream().mapToLong(Mask::prunedCount).sum()).isEqualTo(expected.pruned);
    assertThat(largestPruned(weights, masks)).isEqualTo(expected.largest);
    if (!expected.hash.equals("-")) {
      assertThat(hash(masks)).isEqualTo(expected.hash);
    }
  }

  private static Mask select(Expected expected, TensorData data) throws IOException {
    Layer layer =
        new Layer(
            expected.layer, new Component("unet"), LayerKind.LINEAR, data.shape(), data.dtype());
    try (TensorScope scope = new TensorScope()) {
      return Magnitude.withDefaults()
          .with(expected.rule)
          .prune(new LayerContext(layer, data, expected.sparsity, expected.pattern, scope))
          .mask();
    }
  }

  private static List<Mask> selectTogether(Expected expected, List<TensorData> weights)
      throws IOException {
    List<SaliencyKeys> keys = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      for (TensorData data : weights) {
        Layer layer =
            new Layer("w", new Component("unet"), LayerKind.LINEAR, data.shape(), data.dtype());
        keys.add(
            Magnitude.withDefaults()
                .keys(new LayerContext(layer, data, expected.sparsity, expected.pattern, scope)));
      }
      return Selector.select(keys, expected.sparsity, expected.rule).stream()
          .map(Selection::mask)
          .toList();
    }
  }

  /** The largest pruned magnitude, or -1 if nothing is pruned. */
  private static double largestPruned(List<TensorData> weights, List<Mask> masks)
      throws IOException {
    double largest = -1;
    for (int i = 0; i < weights.size(); i++) {
      double[] magnitudes = Weights.magnitudes(weights.get(i));
      for (int j = 0; j < magnitudes.length; j++) {
        if (!masks.get(i).isKept(j)) {
          largest = Math.max(largest, magnitudes[j]);
        }
      }
    }
    return largest;
  }

  private static String hash(List<Mask> masks) {
    BitSet pruned = new BitSet();
    int size = 0;
    for (Mask mask : masks) {
      for (int i = 0; i < mask.shape().elements(); i++) {
        pruned.set(size++, !mask.isKept(i));
      }
    }
    byte[] packed = Arrays.copyOf(pruned.toByteArray(), (size + 7) / 8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(packed);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
