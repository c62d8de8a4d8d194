package io.github.espalier.methods.calibrated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The inputs made here are those the golden results were made with, bit for bit. */
class GoldenLayerTest {
  static List<GoldenLayer> layers() {
    return GoldenLayer.all();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gramMatrixIsThatOfTheScript(GoldenLayer layer) throws NoSuchAlgorithmException {
    double[] gram = layer.gram();

    ByteBuffer bytes = ByteBuffer.allocate(gram.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(gram);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo(layer.about().get("gramSha256").textValue());
    double[] squares = GoldenFile.LAYERS.values(layer.name() + "/sumOfSquares");
    for (int c = 0; c < squares.length; c++) {
      assertThat(gram[c * squares.length + c]).isEqualTo(squares[c]);
    }
  }

  /** Wanda leaves weights as they are, so its errors tell whether weights and masks fit. */
  @ParameterizedTest
  @MethodSource("layers")
  void weightsAreThoseOfTheScript(GoldenLayer layer) {
    double[] gram = layer.gram();
    float[] weights = layer.weights();
    JsonNode result = layer.results().get(0);
    BitSet mask =
        GoldenFile.LAYERS.mask(layer.name() + "/" + result.get("id").textValue() + "/mask");
    float[] pruned = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      pruned[i] = mask.get(i) ? weights[i] : 0;
    }

    assertThat(mask.cardinality()).isEqualTo(result.get("pruned").intValue());
    double error = energy(pruned, gram, layer.columns()) / energy(weights, gram, layer.columns());
    double expected = result.get("relativeError").doubleValue();
    // Both are sums of at most 2^20 products in double precision, in different orders.
    assertThat(error).isBetween(expected * (1 - 1e-9), expected * (1 + 1e-9));
  }

  /** Squared norm of the output, given weights and the Gram matrix of the input. */
  private static double energy(float[] weights, double[] gram, int columns) {
    double sum = 0;
    for (int row = 0; row < weights.length; row += columns) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          sum += weights[row + i] * gram[i * columns + j] * weights[row + j];
        }
      }
    }
    return sum;
  }
}
