package io.github.espalier.sd2.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles and archives as no version of PyTorch would. */
final class Archive {
  /** A pickle of protocol 2, step by step. */
  static final class Pickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle() {
      raw(0x80, 2);
    }

    Pickle raw(int... steps) {
      for (int step : steps) {
        bytes.write(step);
      }
      return this;
    }

    Pickle text(String steps) {
      bytes.writeBytes(steps.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    /** A text of at most 255 bytes. */
    Pickle string(String value) {
      return text("X").raw(value.length(), 0, 0, 0).text(value);
    }

    /** A tensor of one dimension, or what a file says is one. */
    Pickle tensor(
        String type, String key, int elements, String offset, String size, String stride) {
      return text("ctorch._utils\n_rebuild_tensor_v2\n((")
          .string("storage")
          .text("ctorch\n" + type + "\n")
          .string(key)
          .string("cpu")
          .text("I" + elements + "\ntQ")
          .text("I" + offset + "\n(I" + size + "\nt(I" + stride + "\nt")
          .raw(0x89)
          .text("ccollections\nOrderedDict\n)RtR");
    }

    byte[] end() {
      return text(".").bytes.toByteArray();
    }
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ZipOutputStream zip = new ZipOutputStream(bytes);

  /** A well-formed dictionary {@code {"a": FloatStorage of two elements}}. */
  static byte[] goodPickle() {
    return new Pickle()
        .text("}")
        .string("a")
        .tensor("FloatStorage", "0", 2, "0", "2", "1")
        .text("s")
        .end();
  }

  Archive stored(String name, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    return put(entry, content);
  }

  Archive deflated(String name, byte[] content) {
    return put(new ZipEntry(name), content);
  }

  private Archive put(ZipEntry entry, byte[] content) {
    try {
      zip.putNextEntry(entry);
      zip.write(content);
      zip.closeEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] end() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes an archive with this pickle and a storage of 8 bytes. */
  static Path write(Path folder, byte[] pickle) throws IOException {
    byte[] file = new Archive().stored("x/data.pkl", pickle).stored("x/data/0", new byte[8]).end();
    return Files.write(folder.resolve("made.pth"), file);
  }
}
