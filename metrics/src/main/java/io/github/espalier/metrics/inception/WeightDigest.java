package io.github.espalier.metrics.inception;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * SHA-256 over names, shapes and values as binary32, which is the same whatever type, order and
 * metadata a file has.
 */
final class WeightDigest {
  private final Hasher hasher = Hashing.sha256().newHasher();

  /** Adds a tensor; the order counts. */
  void add(String name, Shape shape, FloatMatrix values) {
    hasher.putString(name + " " + shape + "\n", StandardCharsets.UTF_8);
    float[] row = new float[values.columns()];
    ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.rows(); i++) {
      values.get(i, 0, row, 0, row.length);
      bytes.asFloatBuffer().put(row);
      hasher.putBytes(bytes.array());
    }
  }

  String sha256() {
    return hasher.hash().toString();
  }
}
