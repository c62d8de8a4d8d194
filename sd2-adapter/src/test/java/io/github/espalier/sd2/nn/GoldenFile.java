package io.github.espalier.sd2.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;

/** Golden tensors and what is said about them, among the resources of this package. */
final class GoldenFile {
  private GoldenFile() {}

  static Path path(String resource) {
    try {
      URL url = Objects.requireNonNull(GoldenFile.class.getResource(resource), resource);
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static JsonNode json(String resource) {
    try (InputStream in =
        Objects.requireNonNull(GoldenFile.class.getResourceAsStream(resource), resource)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a tensor of F64 or F32. */
  static double[] values(String resource, String name) {
    try (SafetensorsFile file = SafetensorsFile.open(path(resource))) {
      TensorData data = file.tensor(name);
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.toIntExact(data.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
      data.read(0, bytes);
      bytes.flip();
      double[] values = new double[Math.toIntExact(data.shape().elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = data.dtype() == DType.F64 ? bytes.getDouble() : bytes.getFloat();
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int[] shape(JsonNode extents) {
    int[] shape = new int[extents.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = extents.get(i).intValue();
    }
    return shape;
  }
}
