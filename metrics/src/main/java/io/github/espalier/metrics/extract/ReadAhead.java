package io.github.espalier.metrics.extract;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.protocol.ImagePreparation;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads and prepares images in order, some ahead of the one that is asked for. No more than those
 * are held, and of large ones only one is decoded at a time.
 */
final class ReadAhead implements AutoCloseable {
  /** Pixels of an image that, decoded, takes about 160 MB. */
  private static final long LARGE = 1 << 24;

  private final ImageFolder folder;
  private final ImagePreparation preparation;
  private final ImageDecoder decoder;
  private final int ahead;
  private final ExecutorService readers;
  private final Deque<Future<PreparedImage>> pending = new ArrayDeque<>();
  private final Object oneAtATime = new Object();
  private int next;

  ReadAhead(
      ImageFolder folder,
      ImagePreparation preparation,
      ImageDecoder decoder,
      int threads,
      int ahead,
      int first) {
    this.folder = folder;
    this.preparation = preparation;
    this.decoder = decoder;
    this.ahead = ahead;
    this.next = first;
    this.readers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "espalier-image-reader");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns the next image, of which there must be one. */
  PreparedImage next() throws IOException {
    while (pending.size() < ahead && next < folder.size()) {
      int index = next++;
      pending.add(readers.submit(() -> read(index)));
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

  private PreparedImage read(int index) throws IOException {
    Path file = folder.file(index);
    String name = folder.names().get(index);
    byte[] bytes;
    try {
      bytes = ImageDecoder.load(file);
    } catch (CheckpointFormatException e) {
      return new PreparedImage(new HashedImage(name, hash(file)), null, e);
    }
    HashedImage image = new HashedImage(name, Hashing.sha256().hashBytes(bytes));
    try {
      return new PreparedImage(image, prepare(file, bytes), null);
    } catch (CheckpointFormatException e) {
      return new PreparedImage(image, null, e);
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      return new PreparedImage(image, null, CheckpointFormatException.of(file, problem, e));
    }
  }

  private FloatImage prepare(Path file, byte[] bytes) {
    if (decoder.pixels(file, bytes) > LARGE) {
      synchronized (oneAtATime) {
        return decode(file, bytes);
      }
    }
    return decode(file, bytes);
  }

  private FloatImage decode(Path file, byte[] bytes) {
    RgbImage image = decoder.decode(file, bytes);
    return preparation.prepare(image, ImageFormat.of(file, bytes));
  }

  /** SHA-256 of a file of any size. */
  static HashCode hash(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256());
  }

  /** Stops reading; what was read ahead is lost. */
  @Override
  public void close() {
    pending.forEach(each -> each.cancel(true));
    readers.shutdownNow();
  }
}
