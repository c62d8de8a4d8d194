package io.github.espalier.metrics.extract;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What an extraction has so far, appended batch by batch. A batch whose end is missing, as after a
 * power failure, is dropped when the journal is opened again.
 *
 * <p>A journal is a sequence of frames: length, CRC-32, content. The first is the header.
 */
final class FeatureJournal implements AutoCloseable {
  private static final int FRAME_HEADER = 8;

  private final Path file;
  private final JournalHeader header;
  private final FileChannel channel;
  private long dataStart;
  private int entries;

  private FeatureJournal(Path file, JournalHeader header, FileChannel channel) {
    this.file = file;
    this.header = header;
    this.channel = channel;
  }

  /** Receives entries. */
  @FunctionalInterface
  interface Visitor {
    void visit(JournalEntry entry) throws IOException;
  }

  /** Judges what an earlier run left. */
  @FunctionalInterface
  interface Check {
    /** Whether a batch may stay; if not, it is dropped with all after it. */
    boolean accepts(List<JournalEntry> batch) throws IOException;
  }

  /**
   * Opens or creates a journal.
   *
   * @param found receives the batches that an earlier run left
   * @throws CheckpointFormatException if the file is no journal, or that of another run
   */
  static FeatureJournal open(Path file, JournalHeader header, Check found) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FeatureJournal journal = new FeatureJournal(file, header, channel);
    try {
      journal.recover(found);
      return journal;
    } catch (IOException | RuntimeException | Error e) {
      try (channel) {
        throw e;
      }
    }
  }

  private void recover(Check found) throws IOException {
    if (channel.size() == 0) {
      append(header.bytes());
      dataStart = channel.position();
      return;
    }
    long end;
    try (DataInputStream in = input(0)) {
      byte[] first = frame(in, channel.size());
      JournalHeader old = first == null ? null : JournalHeader.parse(first).orElse(null);
      if (first == null || old == null) {
        throw wrong("is no journal of an extraction");
      }
      String difference = old.differenceFrom(header);
      if (!difference.isEmpty()) {
        throw wrong("was begun with " + difference);
      }
      dataStart = FRAME_HEADER + (long) first.length;
      end = readEntries(in, found);
    }
    channel.truncate(end).position(end);
  }

  private CheckpointFormatException wrong(String problem) {
    return CheckpointFormatException.of(
        file, problem + "; delete it to start anew, or choose another target");
  }

  /** Returns where the last frame ends that is whole and accepted. */
  private long readEntries(DataInputStream in, Check check) throws IOException {
    long at = dataStart;
    for (byte[] frame = frame(in, channel.size() - at);
        frame != null;
        frame = frame(in, channel.size() - at)) {
      List<JournalEntry> batch = batch(frame);
      if (!check.accepts(batch)) {
        return at;
      }
      at += FRAME_HEADER + frame.length;
      entries += batch.size();
    }
    return at;
  }

  private List<JournalEntry> batch(byte[] frame) throws IOException {
    List<JournalEntry> batch = new ArrayList<>();
    try (DataInputStream content = new DataInputStream(new ByteArrayInputStream(frame))) {
      while (content.available() > 0) {
        batch.add(JournalEntry.read(content, header.width()));
      }
    } catch (EOFException e) {
      throw wrong("is damaged");
    }
    return batch;
  }

  private DataInputStream input(long from) throws IOException {
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    in.skipNBytes(from);
    return in;
  }

  /** Returns the next frame, or null if there is none that is whole. */
  private static byte @Nullable [] frame(DataInputStream in, long rest) throws IOException {
    if (rest < FRAME_HEADER) {
      return null;
    }
    int length = in.readInt();
    int checksum = in.readInt();
    if (length < 0 || length > rest - FRAME_HEADER) {
      return null;
    }
    byte[] content = in.readNBytes(length);
    return content.length == length && checksum(content) == checksum ? content : null;
  }

  private static int checksum(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }

  /** How many images the journal has. */
  int entries() {
    return entries;
  }

  /** Appends a batch: after this, only a failure of the machine loses it. */
  void append(List<JournalEntry> batch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (JournalEntry entry : batch) {
      entry.write(out);
    }
    append(bytes.toByteArray());
    entries += batch.size();
  }

  private void append(byte[] content) throws IOException {
    ByteBuffer frame =
        ByteBuffer.allocate(FRAME_HEADER + content.length)
            .putInt(content.length)
            .putInt(checksum(content))
            .put(content)
            .flip();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  /** Reads all entries again. */
  void forEach(Visitor visitor) throws IOException {
    int before = entries;
    entries = 0;
    try (DataInputStream in = input(dataStart)) {
      readEntries(
          in,
          batch -> {
            for (JournalEntry entry : batch) {
              visitor.visit(entry);
            }
            return true;
          });
      if (entries != before) {
        throw wrong("changed while it was used");
      }
    } finally {
      entries = before;
    }
  }

  /** Without a batch there is nothing to go on with, and the file would be in the way of others. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (entries == 0) {
      Files.deleteIfExists(file);
    }
  }
}
