package io.github.espalier.metrics.npz;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes arrays of binary64 numbers, one after another. The same numbers give the same bytes. */
final class NpzWriter implements AutoCloseable {
  /** Where the numbers of an array start is a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final int BEFORE_HEADER = 10;

  /** The earliest that the format knows. */
  private static final FileTime TIME = FileTime.fromMillis(315_619_200_000L);

  private final ZipOutputStream zip;

  NpzWriter(Path file) throws IOException {
    this.zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    zip.setLevel(Deflater.NO_COMPRESSION);
  }

  void start(String name, String shape) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setLastModifiedTime(TIME);
    zip.putNextEntry(entry);
    String text = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
    int unpadded = BEFORE_HEADER + text.length() + 1;
    String header = text + " ".repeat((ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT) + "\n";
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    zip.write(header.length() & 0xff);
    zip.write(header.length() >> 8);
    zip.write(header.getBytes(StandardCharsets.ISO_8859_1));
  }

  void write(double... values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    zip.write(bytes.array());
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
