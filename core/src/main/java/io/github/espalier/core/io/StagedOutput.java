package io.github.espalier.core.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that is written beside its target and moved into place when it is complete.
 *
 * <p>For a target {@code out}, three names beside it are in use while it is being written: {@code
 * .out.espalier-partial}, what has been written so far; {@code .out.espalier-lock}, locked against
 * a second run; and, for the moment of a replacement, {@code .out.espalier-old}. A run that was
 * killed may leave them behind; the next one for the same target cleans up, and puts back a target
 * that was moved aside.
 *
 * <p>A target that is a symbolic link counts as existing, wherever it points. If it is replaced, it
 * is the link that is replaced, and what it points to stays as it is.
 *
 * <pre>{@code
 * try (StagedOutput output = StagedOutput.folder(target, false)) {
 *   Files.writeString(output.staging().resolve("a.txt"), "...");
 *   output.commit(true);
 * }
 * }</pre>
 *
 * <p>Not safe for use by several threads, except that any number may write below {@link
 * #staging()}.
 */
public final class StagedOutput implements AutoCloseable {
  private final Path target;
  private final Path staging;
  private final Path old;
  private final Path parent;
  private final boolean folder;
  private final boolean overwrite;
  private final List<Path> missingParents;
  private final TargetLock lock;
  private boolean committed;
  private boolean closed;

  private StagedOutput(Path target, boolean folder, boolean overwrite) throws IOException {
    this.target = target.toAbsolutePath().normalize();
    Path parent = this.target.getParent();
    Path name = this.target.getFileName();
    if (parent == null || name == null) {
      throw new IllegalArgumentException(target + " cannot be an output: it is a root folder");
    }
    this.parent = parent;
    this.staging = parent.resolve("." + name + ".espalier-partial");
    this.old = parent.resolve("." + name + ".espalier-old");
    this.folder = folder;
    this.overwrite = overwrite;
    requireReplaceable();
    this.missingParents = missing(parent);
    Files.createDirectories(parent);
    this.lock = TargetLock.acquire(parent.resolve("." + name + ".espalier-lock"), this.target);
    try {
      recover();
      requireReplaceable();
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, lock);
      throw e;
    }
  }

  /**
   * Starts a folder.
   *
   * @param target where the folder will appear; its parent is created if it does not exist
   * @param overwrite whether a target that exists is replaced
   * @return the output; its {@link #staging()} is an empty folder
   * @throws IllegalArgumentException if the target is a root folder
   * @throws FileAlreadyExistsException if the target exists and may not be replaced, or is not of
   *     the same kind
   * @throws IOException if another run is writing the same target, its parent cannot be written, or
   *     its file system has no locks
   */
  public static StagedOutput folder(Path target, boolean overwrite) throws IOException {
    StagedOutput output = new StagedOutput(target, true, overwrite);
    try {
      Files.createDirectory(output.staging);
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e, output);
      throw e;
    }
    return output;
  }

  /**
   * Starts a file.
   *
   * @param target where the file will appear; its parent is created if it does not exist
   * @param overwrite whether a target that exists is replaced
   * @return the output; its {@link #staging()} does not exist yet
   * @throws IllegalArgumentException if the target is a root folder
   * @throws FileAlreadyExistsException if the target exists and may not be replaced, or is not of
   *     the same kind
   * @throws IOException if another run is writing the same target, its parent cannot be written, or
   *     its file system has no locks
   */
  public static StagedOutput file(Path target, boolean overwrite) throws IOException {
    return new StagedOutput(target, false, overwrite);
  }

  /**
   * Writes a small file whole or not at all, replacing one that exists.
   *
   * @param target the file
   * @param content its content
   * @throws IOException if it cannot be written
   */
  public static void write(Path target, byte[] content) throws IOException {
    try (StagedOutput output = file(target, true)) {
      Files.write(output.staging, content);
      output.commit(true);
    }
  }

  /**
   * Returns where to write.
   *
   * @return a path beside the target
   */
  public Path staging() {
    return staging;
  }

  /**
   * Moves what was written to the target. Can be done once.
   *
   * @param durable whether all of it is first forced to the storage device
   * @throws IllegalStateException if this output was committed or closed before
   * @throws FileAlreadyExistsException if another program created the target in the meantime, and
   *     it may not be replaced
   * @throws IOException if that fails; the target is then as it was, unless the message says that
   *     it is complete
   */
  public void commit(boolean durable) throws IOException {
    if (committed || closed) {
      throw new IllegalStateException(
          target + (committed ? " was committed before" : " was closed without being committed"));
    }
    if (durable) {
      force(staging);
    }
    requireReplaceable();
    boolean replaces = exists(target);
    if (replaces) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException | Error e) {
      if (replaces) {
        closeAfter(e, () -> Files.move(old, target, StandardCopyOption.ATOMIC_MOVE));
      }
      throw e;
    }
    committed = true;
    try {
      if (durable) {
        forceFolder(parent);
      }
      delete(old);
    } catch (IOException e) {
      throw new IOException(
          target
              + " is complete, but could not be made safe from a power failure, or what it replaced"
              + " could not be deleted from "
              + old,
          e);
    }
  }

  /** Cleans up after a failure without hiding it. */
  private static void closeAfter(Throwable failure, AutoCloseable cleanup) {
    try {
      cleanup.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Removes what was written, unless it was committed, and lets other runs write the target.
   *
   * @throws IOException if something cannot be removed
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (lock) {
      delete(staging);
    }
    if (!committed) {
      removeEmpty(missingParents);
    }
  }

  /** Lists the folders that have to be created for a parent to exist, the innermost first. */
  private static List<Path> missing(Path parent) {
    List<Path> missing = new ArrayList<>();
    for (Path path = parent; path != null && !exists(path); path = path.getParent()) {
      missing.add(path);
    }
    return missing;
  }

  private static void removeEmpty(List<Path> folders) throws IOException {
    for (Path folder : folders) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        return; // Somebody else uses it by now.
      }
    }
  }

  private void requireReplaceable() throws FileAlreadyExistsException {
    if (!overwrite && exists(target)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "exists already, and was not to be overwritten");
    }
    if (exists(target) && Files.isDirectory(target) != folder) {
      throw new FileAlreadyExistsException(
          target.toString(),
          null,
          folder
              ? "is a file, where a folder is to be written"
              : "is a folder, where a file is to be written");
    }
  }

  private void recover() throws IOException {
    if (exists(old) && !exists(target)) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
    }
    delete(old);
    delete(staging);
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void delete(Path path) throws IOException {
    if (!exists(path)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem)
              throws IOException {
            if (problem instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void force(Path path) throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
              throws IOException {
            forceFolder(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void forceFolder(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (IOException e) {
      return; // Windows cannot open a folder as a channel, and has no such notion.
    }
    try (channel) {
      channel.force(true);
    }
  }
}
