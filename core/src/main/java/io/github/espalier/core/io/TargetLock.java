package io.github.espalier.core.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other runs away from a target, in this process and in others, by a lock on a file beside
 * it. The file is deleted when the lock is released; one that a killed run left is taken over.
 */
final class TargetLock implements AutoCloseable {
  private static final int MOST_ATTEMPTS = 1000;

  /**
   * What this process holds. POSIX takes all of a process's locks on a file away as soon as it
   * closes any channel to that file, so a second run in this process must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  /** Tells a file from another that takes its name later; the key is null on Windows. */
  private record Identity(@Nullable Object key, FileTime created) {
    static Identity of(Path file) throws IOException {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new Identity(attributes.fileKey(), attributes.creationTime());
    }
  }

  private TargetLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock, or fails at once.
   *
   * @param file the file to lock, in a folder that exists
   * @param target what is locked, for messages
   */
  static TargetLock acquire(Path file, Path target) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Path real = parent == null ? file : parent.toRealPath().resolve(file.getFileName());
    if (!HELD.add(real)) {
      throw busy(target);
    }
    try {
      for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        FileChannel channel = attempt(real, target);
        if (channel != null) {
          return new TargetLock(real, channel);
        }
      }
      throw new IOException(file + " could not be locked: it was replaced again and again");
    } catch (IOException | RuntimeException | Error e) {
      HELD.remove(real);
      throw e;
    }
  }

  /** Returns the locked channel, or null if another run deleted the file in the meantime. */
  private static @Nullable FileChannel attempt(Path file, Path target) throws IOException {
    FileChannel channel = null;
    boolean locked = false;
    try {
      createIfAbsent(file);
      Identity identity = Identity.of(file);
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
      if (!tryLock(channel, file)) {
        throw busy(target);
      }
      // The run that held the lock may have deleted this file after it was opened here, and a third
      // run may hold the lock on a new one.
      locked = Identity.of(file).equals(identity);
      return locked ? channel : null;
    } catch (NoSuchFileException e) {
      return null;
    } finally {
      if (channel != null && !locked) {
        channel.close();
      }
    }
  }

  private static void createIfAbsent(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // Another run holds it, or a killed one left it: the lock will tell.
    }
  }

  static boolean tryLock(FileChannel channel, Path file) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // Held by this process through a class loader with another HELD.
    } catch (IOException e) {
      throw new IOException(
          file
              + " cannot be locked; choose an output on a file system that supports locks ("
              + e
              + ")",
          e);
    }
  }

  private static IOException busy(Path target) {
    return new IOException(target + " is being written by another run");
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    } finally {
      HELD.remove(file);
    }
  }
}
