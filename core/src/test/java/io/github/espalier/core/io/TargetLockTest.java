package io.github.espalier.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetLockTest {
  @TempDir Path folder;
  private Path file;
  private Path target;

  @BeforeEach
  void nameFiles() {
    file = folder.resolve("lock");
    target = folder.resolve("out");
  }

  @Test
  void aLockIsHeldOnceAndLeavesNothing() throws IOException {
    try (TargetLock lock = TargetLock.acquire(file, target)) {
      assertThat(lock).isNotNull();
      assertThat(file).exists();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> TargetLock.acquire(file, target))
          .withMessage(target + " is being written by another run");
    }
    assertThat(folder).isEmptyDirectory();
    TargetLock.acquire(file, target).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theSameFolderUnderAnotherNameIsTheSameLock() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);

    try (TargetLock lock = TargetLock.acquire(file, target)) {
      assertThat(lock).isNotNull();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> TargetLock.acquire(link.resolve("lock"), target))
          .withMessageContaining("another run");
    }
  }

  @Test
  void aLockFileThatAKilledRunLeftIsTakenOver() throws IOException {
    Files.createFile(file);

    TargetLock.acquire(file, target).close();

    assertThat(file).doesNotExist();
  }

  @Test
  void aFailureLeavesTheLockFree() throws IOException {
    Files.createDirectory(file);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> TargetLock.acquire(file, target));
    Files.delete(file);

    TargetLock.acquire(file, target).close();

    assertThat(file).doesNotExist();
  }

  @Test
  void aFileThatCannotBeLockedNamesItselfAndARemedy() throws IOException {
    FileChannel closed =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    closed.close();

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> TargetLock.tryLock(closed, file))
        .withMessageStartingWith(file + " cannot be locked; choose an output on a file system")
        .withMessageContaining("ClosedChannelException");
  }

  @Test
  void ofManyProcessesOneAtATimeHoldsTheLock() throws IOException {
    try (OtherProcess one = OtherProcess.contending(target, 300);
        OtherProcess two = OtherProcess.contending(target, 300);
        OtherProcess three = OtherProcess.contending(target, 300)) {
      assertThat(one.succeeded()).isTrue();
      assertThat(two.succeeded()).isTrue();
      assertThat(three.succeeded()).isTrue();
    }
    assertThat(folder).isEmptyDirectory();
  }
}
