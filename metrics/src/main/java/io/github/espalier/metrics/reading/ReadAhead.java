package io.github.espalier.metrics.reading;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.image.ImageHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads images in order, some ahead of the one that is asked for. Of each only what a step makes of
 * it is held; how many are decoded at a time depends on their size and on the memory. An image that
 * exhausts the heap nevertheless is tried again alone. For one thread.
 *
 * @param <T> what is made of an image
 */
public final class ReadAhead<T> implements AutoCloseable {
  private final Iterator<ImageSource> sources;
  private final ImageStep<T> step;
  private final ImageDecoder decoder;
  private final int ahead;
  private final DecodingMemory memory;
  private final ExecutorService readers;
  private final Deque<Future<PreparedImage<T>>> pending = new ArrayDeque<>();

  /**
   * Starts threads, to be ended by {@link #close}.
   *
   * @param sources the images in order
   * @param step what is made of each
   * @param decoder reads them
   * @param threads how many images are read at a time at most, at least 1
   * @param ahead how many results are held at most, at least 1
   * @param memory bounds how many images are decoded at a time
   */
  public ReadAhead(
      List<ImageSource> sources,
      ImageStep<T> step,
      ImageDecoder decoder,
      int threads,
      int ahead,
      DecodingMemory memory) {
    this.sources = sources.iterator();
    this.step = step;
    this.decoder = decoder;
    this.ahead = ahead;
    this.memory = memory;
    this.readers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "espalier-image-reader");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Returns the next image, of which there must be one.
   *
   * @return what was made of it, or what is wrong with it
   * @throws IOException if reading fails
   * @throws CancellationException if this thread was interrupted
   */
  public PreparedImage<T> next() throws IOException {
    while (pending.size() < ahead && sources.hasNext()) {
      ImageSource source = sources.next();
      pending.add(readers.submit(() -> read(source)));
    }
    try {
      return pending.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private static IOException unwrapped(ExecutionException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof RuntimeException problem) {
      throw problem;
    }
    if (cause instanceof Error problem) {
      throw problem;
    }
    return cause instanceof IOException problem ? problem : new IOException(failure);
  }

  private PreparedImage<T> read(ImageSource source) throws IOException, InterruptedException {
    Path file = source.file();
    long length = Files.size(file);
    DecodingMemory.Lease lease;
    try {
      lease = memory.forFile(file, length);
    } catch (CheckpointFormatException e) {
      return new PreparedImage<>(source, hash(file), null, e);
    }
    try {
      return prepare(source, load(file, length));
    } catch (CheckpointFormatException e) {
      return new PreparedImage<>(source, hash(file), null, e);
    } finally {
      lease.close();
    }
  }

  private byte[] load(Path file, long length) throws IOException, InterruptedException {
    try {
      return ImageDecoder.load(file);
    } catch (OutOfMemoryError e) {
      return loadAlone(file, length);
    }
  }

  private byte[] loadAlone(Path file, long length) throws IOException, InterruptedException {
    DecodingMemory.Lease lease = memory.forAllImages();
    try {
      return ImageDecoder.load(file);
    } catch (OutOfMemoryError e) {
      throw DecodingMemory.exhausted(file, "has " + length + " bytes", length, e);
    } finally {
      lease.close();
    }
  }

  private PreparedImage<T> prepare(ImageSource source, byte[] bytes) throws InterruptedException {
    String hash = Hashing.sha256().hashBytes(bytes).toString();
    try {
      return new PreparedImage<>(source, hash, prepare(source.file(), bytes), null);
    } catch (CheckpointFormatException e) {
      return new PreparedImage<>(source, hash, null, e);
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      CheckpointFormatException named = CheckpointFormatException.of(source.file(), problem, e);
      return new PreparedImage<>(source, hash, null, named);
    }
  }

  private T prepare(Path file, byte[] bytes) throws InterruptedException {
    ImageHeader header = decoder.header(file, bytes);
    String size = "has " + header.width() + "x" + header.height() + " pixels";
    long working = step.workingBytes(header.width(), header.height(), header.format());
    long needed = Math.max(header.decodingBytes(), header.imageBytes() + working);
    DecodingMemory.Lease lease = memory.forImage(file, size, needed);
    try {
      return decode(file, bytes, header);
    } catch (OutOfMemoryError e) {
      lease.close();
      lease = memory.forAllImages();
      return decodeAlone(file, bytes, header, needed);
    } finally {
      lease.close();
    }
  }

  private T decodeAlone(Path file, byte[] bytes, ImageHeader header, long needed) {
    try {
      return decode(file, bytes, header);
    } catch (OutOfMemoryError e) {
      String size = "has " + header.width() + "x" + header.height() + " pixels";
      throw DecodingMemory.exhausted(file, size, needed, e);
    }
  }

  private T decode(Path file, byte[] bytes, ImageHeader header) {
    return step.apply(decoder.decode(file, bytes), header.format());
  }

  /**
   * Computes the hash of a file of any size.
   *
   * @param file the file
   * @return its SHA-256 as hexadecimal digits
   * @throws IOException if it cannot be read
   */
  public static String hash(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }

  /** Stops reading; what was read ahead is lost. */
  @Override
  public void close() {
    pending.forEach(each -> each.cancel(true));
    readers.shutdownNow();
  }
}
