package io.github.espalier.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedOutputTest {
  @TempDir Path folder;
  private Path target;
  private Path partial;
  private Path old;
  private Path lock;

  @BeforeEach
  void nameFiles() {
    target = folder.resolve("out");
    partial = folder.resolve(".out.espalier-partial");
    old = folder.resolve(".out.espalier-old");
    lock = folder.resolve(".out.espalier-lock");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileAppearsWhenItIsCommitted(boolean durable) throws IOException {
    try (StagedOutput output = StagedOutput.file(target, false)) {
      assertThat(output.staging()).isEqualTo(partial).doesNotExist();
      Files.writeString(output.staging(), "content");
      assertThat(target).doesNotExist();

      output.commit(durable);

      assertThat(target).hasContent("content");
    }
    assertThat(names()).containsExactly("out");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFolderAppearsWhenItIsCommitted(boolean durable) throws IOException {
    try (StagedOutput output = StagedOutput.folder(target, false)) {
      assertThat(output.staging()).isEmptyDirectory();
      Files.writeString(output.staging().resolve("a"), "1");
      Path inner = Files.createDirectories(output.staging().resolve("b/c"));
      Files.writeString(inner.resolve("d"), "2");

      output.commit(durable);
    }
    assertThat(names()).containsExactly("out");
    assertThat(target.resolve("a")).hasContent("1");
    assertThat(target.resolve("b/c/d")).hasContent("2");
  }

  @Test
  void whatIsNotCommittedDisappears() throws IOException {
    try (StagedOutput output = StagedOutput.folder(target, false)) {
      Files.createDirectories(output.staging().resolve("b/c"));
      Files.writeString(output.staging().resolve("b/c/d"), "2");
    }
    try (StagedOutput output = StagedOutput.file(target, false)) {
      Files.writeString(output.staging(), "content");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void missingParentsAreCreated() throws IOException {
    Path deep = folder.resolve("a/b/out");

    StagedOutput.write(deep, "content".getBytes(StandardCharsets.UTF_8));

    assertThat(deep).hasContent("content");
  }

  @Test
  void existingTargetsAreRefusedBeforeAnythingIsWritten() throws IOException {
    Files.writeString(target, "mine");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> StagedOutput.file(target, false))
        .withMessage(target + ": exists already, and was not to be overwritten");
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> StagedOutput.folder(target, false));
    assertThat(target).hasContent("mine");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void aTargetThatAppearsInTheMeantimeIsNotReplaced() throws IOException {
    try (StagedOutput output = StagedOutput.file(target, false)) {
      Files.writeString(output.staging(), "new");
      Files.writeString(target, "theirs");

      assertThatExceptionOfType(FileAlreadyExistsException.class)
          .isThrownBy(() -> output.commit(false));
    }
    assertThat(target).hasContent("theirs");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void anOverwrittenTargetStaysUntilTheNewOneIsWhole() throws IOException {
    Files.createDirectories(target.resolve("inner"));
    Files.writeString(target.resolve("inner/a"), "before");

    try (StagedOutput output = StagedOutput.folder(target, true)) {
      Files.writeString(output.staging().resolve("b"), "after");
      assertThat(target.resolve("inner/a")).hasContent("before");
      output.commit(true);
    }
    assertThat(target.resolve("b")).hasContent("after");
    assertThat(target.resolve("inner")).doesNotExist();
    assertThat(names()).containsExactly("out");
  }

  @Test
  void onlyFilesReplaceFilesAndFoldersFolders() throws IOException {
    Files.createDirectories(target.resolve("inner"));
    assertThatThrownBy(() -> StagedOutput.write(target, new byte[] {'x'}))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("is a folder");
    assertThat(target.resolve("inner")).isDirectory();
    Path file = Files.createFile(target.resolveSibling("file"));
    assertThatThrownBy(() -> StagedOutput.folder(file, true))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("is a file");
    assertThat(names()).containsExactly("file", "out");
  }

  @Test
  void parentsMadeForAnOutputThatFailsAreRemoved() throws IOException {
    Path deep = target.resolve("a/b/c");
    StagedOutput.folder(deep, false).close();
    assertThat(target).doesNotExist();
    try (StagedOutput output = StagedOutput.folder(deep, false)) {
      output.commit(false);
    }
    assertThat(deep).isDirectory();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFailedReplacementPutsTheTargetBack(boolean durable) throws IOException {
    Files.writeString(target, "before");

    // Nothing was written, so there is nothing to move into place.
    try (StagedOutput output = StagedOutput.file(target, true)) {
      assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> output.commit(durable));
      assertThat(target).hasContent("before");
    }
    assertThat(names()).containsExactly("out");
  }

  @Test
  void committingIsDoneOnceAndBeforeClosing() throws IOException {
    StagedOutput output = StagedOutput.file(target, true);
    Files.writeString(output.staging(), "content");
    output.commit(false);
    assertThatIllegalStateException()
        .isThrownBy(() -> output.commit(false))
        .withMessage(target + " was committed before");
    output.close();
    output.close();
    assertThat(target).hasContent("content");

    StagedOutput abandoned = StagedOutput.file(target, true);
    abandoned.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> abandoned.commit(false))
        .withMessage(target + " was closed without being committed");
    assertThat(target).hasContent("content");
  }

  @Test
  void closingTwiceLeavesTheNextRunAlone() throws IOException {
    StagedOutput first = StagedOutput.folder(target, false);
    first.close();
    try (StagedOutput second = StagedOutput.folder(target, false)) {
      Files.writeString(second.staging().resolve("a"), "1");
      first.close();
      assertThat(lock).exists();
      second.commit(false);
    }
    assertThat(target.resolve("a")).hasContent("1");
  }

  @Test
  void theRestOfAKilledRunIsRemoved() throws IOException {
    Files.createDirectories(partial.resolve("inner"));
    Files.writeString(partial.resolve("inner/a"), "half");
    Files.writeString(target, "before");
    Files.writeString(old, "long ago");
    Files.createFile(lock);

    try (StagedOutput output = StagedOutput.file(target, true)) {
      assertThat(output.staging()).doesNotExist();
      assertThat(target).hasContent("before");
    }
    assertThat(names()).containsExactly("out");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTargetThatAKilledRunMovedAsideIsPutBack(boolean overwrite) throws IOException {
    Files.writeString(old, "before");
    Files.writeString(partial, "new");

    if (overwrite) {
      StagedOutput.file(target, true).close();
    } else {
      assertThatExceptionOfType(FileAlreadyExistsException.class)
          .isThrownBy(() -> StagedOutput.file(target, false));
    }

    assertThat(target).hasContent("before");
    assertThat(old).doesNotExist();
    assertThat(lock).doesNotExist();
  }

  @Test
  void aSecondRunAtTheSameTimeIsRefused() throws IOException {
    try (StagedOutput first = StagedOutput.folder(target, false)) {
      Files.writeString(first.staging().resolve("a"), "1");
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> StagedOutput.folder(target, true))
          .withMessage(target + " is being written by another run");
      first.commit(true);
    }
    assertThat(target.resolve("a")).hasContent("1");
    StagedOutput.folder(target, true).close();
  }

  @Test
  void differentTargetsDoNotDisturbEachOther() throws IOException {
    try (StagedOutput one = StagedOutput.file(target, false);
        StagedOutput other = StagedOutput.file(folder.resolve("other"), false)) {
      Files.writeString(one.staging(), "1");
      Files.writeString(other.staging(), "2");
      one.commit(false);
      other.commit(false);
    }
    assertThat(target).hasContent("1");
    assertThat(folder.resolve("other")).hasContent("2");
  }

  @Test
  void anotherProcessIsRefusedAndItsRestRemovedOnceItIsKilled() throws IOException {
    Files.createDirectory(target);
    Files.writeString(target.resolve("a"), "before");
    try (OtherProcess other = OtherProcess.writing(target)) {
      assertThat(other).isNotNull();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> StagedOutput.folder(target, true))
          .withMessage(target + " is being written by another run");
      assertThat(partial.resolve("half.txt")).exists();
    }
    assertThat(partial.resolve("half.txt")).exists();

    try (StagedOutput output = StagedOutput.folder(target, true)) {
      assertThat(output.staging()).isEmptyDirectory();
      assertThat(target.resolve("a")).hasContent("before");
      output.commit(false);
    }
    assertThat(target).isEmptyDirectory();
    assertThat(names()).containsExactly("out");
  }

  @Test
  void aSymbolicLinkIsReplacedAndNotWhatItPointsTo() throws IOException {
    Path pointee = Files.writeString(folder.resolve("pointee"), "theirs");
    Files.createSymbolicLink(target, pointee);

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> StagedOutput.file(target, false));
    StagedOutput.write(target, new byte[] {'x'});

    assertThat(target).isRegularFile().hasContent("x");
    assertThat(Files.isSymbolicLink(target)).isFalse();
    assertThat(pointee).hasContent("theirs");
  }

  @Test
  void aLinkThatPointsNowhereCountsAsExisting() throws IOException {
    Files.createSymbolicLink(target, folder.resolve("nowhere"));

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> StagedOutput.file(target, false));
    StagedOutput.write(target, new byte[] {'x'});

    assertThat(target).hasContent("x");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void linksInsideAnAbandonedFolderAreNotFollowed() throws IOException {
    Path pointee = Files.createDirectory(folder.resolve("pointee"));
    Files.writeString(pointee.resolve("a"), "theirs");
    try (StagedOutput output = StagedOutput.folder(target, false)) {
      Files.createSymbolicLink(output.staging().resolve("link"), pointee);
    }
    assertThat(pointee.resolve("a")).hasContent("theirs");
    assertThat(names()).containsExactly("pointee");
  }

  @Test
  void aRootFolderIsNoOutput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StagedOutput.folder(folder.getRoot(), true))
        .withMessageContaining("root folder");
  }

  @Test
  void aParentThatIsAFileIsAnError() throws IOException {
    Files.writeString(target, "mine");

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> StagedOutput.file(target.resolve("inner"), true));
    assertThat(names()).containsExactly("out");
  }
}
