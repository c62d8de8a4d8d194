package io.github.espalier.methods.calibrated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Objects;

/**
 * Golden results and what is said about them; {@code src/test/python/README.md} says who made them.
 *
 * <p>This reads safetensors by itself, since the module has no reader: eight bytes of header
 * length, a header of JSON, then the tensors.
 */
public final class GoldenFile {
  /** Wanda, SparseGPT and RIA on small layers. */
  public static final GoldenFile LAYERS = new GoldenFile("layers-golden");

  /** OWL, AlphaPruning and OBS-Diff. */
  public static final GoldenFile ALLOCATIONS = new GoldenFile("allocations-golden");

  private final JsonNode about;
  private final JsonNode header;
  private final ByteBuffer data;

  private GoldenFile(String name) {
    try {
      ObjectMapper mapper = new ObjectMapper();
      about = mapper.readTree(resource(name + ".json"));
      ByteBuffer file =
          ByteBuffer.wrap(resource(name + ".safetensors")).order(ByteOrder.LITTLE_ENDIAN);
      byte[] json = new byte[Math.toIntExact(file.getLong())];
      file.get(json);
      header = mapper.readTree(json);
      data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GoldenFile.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }

  /** The description, see the script that made it. */
  public JsonNode about() {
    return about;
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return header.has(name);
  }

  /** A tensor of F64, F32 or I64, in C order. */
  public double[] values(String name) {
    String dtype = Objects.requireNonNull(header.get(name), name).get("dtype").textValue();
    ByteBuffer bytes = bytes(name);
    double[] values = new double[bytes.remaining() / (dtype.equals("F32") ? 4 : 8)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (dtype) {
            case "F64" -> bytes.getDouble();
            case "F32" -> bytes.getFloat();
            case "I64" -> bytes.getLong();
            default -> throw new IllegalArgumentException(name + " is " + dtype);
          };
    }
    return values;
  }

  /** The pruned weights of a mask, by flat index. */
  public BitSet mask(String name) {
    return BitSet.valueOf(bytes(name));
  }

  private ByteBuffer bytes(String name) {
    JsonNode offsets = Objects.requireNonNull(header.get(name), name).get("data_offsets");
    int begin = offsets.get(0).intValue();
    return data.slice(begin, offsets.get(1).intValue() - begin).order(ByteOrder.LITTLE_ENDIAN);
  }
}
