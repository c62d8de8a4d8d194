package io.github.espalier.sd2.masks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.mask.MaskSet;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.Safetensors;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes and reads mask files. Stateless. */
public final class MaskFile {
  private static final String FORMAT_KEY = "espalier.format";
  private static final String FORMAT = "masks-1";
  private static final String SHAPES_KEY = "espalier.shapes";
  private static final ObjectMapper JSON = new ObjectMapper();

  private MaskFile() {}

  /**
   * Writes masks whole or not at all, replacing a file that exists.
   *
   * @param target the file
   * @param masks masks by qualified layer name
   * @throws IOException if it cannot be written
   */
  public static void write(Path target, MaskSet masks) throws IOException {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    masks
        .masks()
        .forEach(
            (name, mask) -> {
              byte[] bytes = mask.toBytes();
              shapes.put(name, mask.shape());
              tensors.put(
                  name,
                  TensorData.ofBytes(DType.U8, Shape.of(bytes.length), ByteBuffer.wrap(bytes)));
            });
    Map<String, String> metadata =
        Map.of(FORMAT_KEY, FORMAT, SHAPES_KEY, JSON.writeValueAsString(shapes));
    Safetensors.write(target, tensors, metadata, true);
  }

  /**
   * Reads masks.
   *
   * @param file a file that {@link #write} wrote
   * @return masks by qualified layer name
   * @throws CheckpointFormatException if it is no well-formed mask file
   * @throws IOException if it cannot be read
   */
  public static MaskSet read(Path file) throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      Map<String, String> metadata = tensors.header().metadata();
      String text = metadata.get(SHAPES_KEY);
      if (!FORMAT.equals(metadata.get(FORMAT_KEY)) || text == null) {
        throw CheckpointFormatException.of(
            file, "is no mask file: its metadata has no " + FORMAT_KEY + " = " + FORMAT);
      }
      Map<String, Shape> shapes = shapes(file, text);
      Map<String, Mask> masks = new LinkedHashMap<>();
      for (TensorInfo info : tensors.header().tensors()) {
        Shape shape = shapes.get(info.name());
        if (shape == null || info.dtype() != DType.U8) {
          throw CheckpointFormatException.of(
              file, info.name(), "is no mask: " + info.dtype() + ", shape " + shape);
        }
        masks.put(info.name(), mask(file, tensors.tensor(info.name()), info.name(), shape));
      }
      return new MaskSet(masks);
    }
  }

  private static Mask mask(Path file, TensorData data, String name, Shape shape)
      throws IOException {
    if (data.byteSize() != (shape.elements() + 7) / 8) {
      throw CheckpointFormatException.of(
          file, name, "has " + data.byteSize() + " bytes, which is no mask of " + shape);
    }
    byte[] bytes = new byte[(int) data.byteSize()];
    data.read(0, ByteBuffer.wrap(bytes));
    try {
      return Mask.fromBytes(shape, bytes);
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(file, name, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Shape> shapes(Path file, String text) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try {
      Map<String, long[]> extents = JSON.readValue(text, new TypeReference<>() {});
      extents.forEach((name, values) -> shapes.put(name, Shape.of(values)));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw CheckpointFormatException.of(
          file, "metadata '" + SHAPES_KEY + "' is no JSON object of shapes", e);
    }
    return shapes;
  }
}
