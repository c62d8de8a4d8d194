package io.github.espalier.metrics.npz;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the numbers of one .npy stream, of versions 1 to 3 of NumPy's format, in the order in which
 * they are stored. Never reads more than the caller asks for, whatever the header claims.
 */
final class NpyReader {
  /** NumPy itself refuses longer ones. */
  private static final int MOST_HEADER = 10_000;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([<>=|]?)([a-z]\\d+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

  private final Path file;
  private final String entry;
  private final DataInputStream in;
  private final String type;
  private final ByteOrder order;
  private final String shape;

  NpyReader(Path file, String entry, InputStream stream) throws IOException {
    this.file = file;
    this.entry = entry;
    this.in = new DataInputStream(stream);
    String header = header();
    Matcher found = find(TYPE, header, "an element type");
    this.type = found.group(2);
    this.order = ">".equals(found.group(1)) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    if (!type.equals("f8") && !type.equals("f4") && !type.equals("i8")) {
      throw problem("elements are of type " + type + ", expected f8, f4 or i8");
    }
    find(ORDER, header, "an order");
    String extents = find(SHAPE, header, "a shape").group(1).replace(" ", "");
    this.shape = extents.endsWith(",") ? extents.substring(0, extents.length() - 1) : extents;
  }

  private String header() throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2
        || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw problem("is no .npy array: its first bytes are not those of one");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3) {
      throw problem("is of version " + version + " of the .npy format, expected 1 to 3");
    }
    byte[] size = in.readNBytes(version == 1 ? 2 : 4);
    byte[] padded = Arrays.copyOf(size, 4);
    long length =
        Integer.toUnsignedLong(ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN).getInt());
    if (length > MOST_HEADER) {
      throw problem("has a header of " + length + " bytes, expected at most " + MOST_HEADER);
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw problem("ends within its header");
    }
    return new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
  }

  private Matcher find(Pattern pattern, String header, String what) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw problem("has no " + what.substring(what.indexOf(' ') + 1) + " that can be read");
    }
    return matcher;
  }

  CheckpointFormatException problem(String text) {
    return CheckpointFormatException.of(file, entry, text);
  }

  /** Returns the only extent. */
  int requireVector(int most) {
    if (!shape.matches("\\d{1,9}")) {
      throw problem("has shape (" + shape + "), expected one extent");
    }
    int length = Integer.parseInt(shape);
    if (length < 1 || length > most) {
      throw problem("has " + length + " elements, expected 1 to " + most);
    }
    return length;
  }

  void requireShape(String expected) {
    if (!shape.equals(expected)) {
      throw problem("has shape (" + shape + "), expected (" + expected + ")");
    }
  }

  /** Fills an array with the next numbers. */
  void read(double[] target) throws IOException {
    int width = type.equals("f4") ? Float.BYTES : Double.BYTES;
    byte[] bytes = in.readNBytes(Math.multiplyExact(target.length, width));
    if (bytes.length < target.length * width) {
      throw problem("ends before its last element");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
    for (int i = 0; i < target.length; i++) {
      target[i] =
          switch (type) {
            case "f4" -> buffer.getFloat();
            case "i8" -> buffer.getLong();
            default -> buffer.getDouble();
          };
    }
  }

  void requireEnd() throws IOException {
    if (in.read() >= 0) {
      throw problem("goes on after its last element");
    }
  }
}
