package io.github.espalier.sd2.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are something else, are cut off, or are archives that lie. */
@Timeout(60)
class WrongFileTest {
  private static final byte[] ZEROS = new byte[8];

  @TempDir Path temp;

  private String refused(byte[] file) throws IOException {
    return Goldens.refused(Files.write(temp.resolve("made.pth"), file));
  }

  private static byte[] good() {
    return new Archive().stored("x/data.pkl", Archive.goodPickle()).stored("x/data/0", ZEROS).end();
  }

  @Test
  void theArchiveOfTheseTestsIsGood() throws IOException {
    try (TorchFile file = TorchFile.open(Files.write(temp.resolve("good.pth"), good()))) {
      assertThat(file.tensors()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|the file is empty",
        "version https://git-lfs.github.com/spec/v1|git-LFS pointer",
        "<!DOCTYPE html><html>|HTML or XML page",
        "P|no file of torch.save",
        "hello|no file of torch.save",
      })
  void saysWhatAFileIs(String content, String verdict) throws IOException {
    assertThat(refused(content.getBytes(StandardCharsets.ISO_8859_1))).contains(verdict);
  }

  @Test
  void recognisesSafetensors() throws IOException {
    assertThat(refused(Goldens.bytes("types.safetensors"))).contains("safetensors file already");
  }

  @Test
  void refusesAFolderAndReportsAMissingFile() throws IOException {
    assertThat(Goldens.refused(temp)).isEqualTo("is a folder, not a file");
    assertThatThrownBy(() -> TorchFile.open(temp.resolve("none.pth")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"types.pth", "types-legacy.pth", "scripted.pt"})
  void everyTruncationIsRefused(String name) throws IOException {
    byte[] whole = Goldens.bytes(name);
    for (int length = 0; length < whole.length; length += 1 + length / 40) {
      refused(Arrays.copyOf(whole, length));
    }
    refused(Arrays.copyOf(whole, whole.length - 1));
  }

  @Test
  void compressedEntriesAreNeverDecompressed() throws IOException {
    // 64 MiB of zeros in 64 kB.
    byte[] bomb = new byte[64 << 20];
    byte[] storage =
        new Archive().stored("x/data.pkl", Archive.goodPickle()).deflated("x/data/0", bomb).end();
    assertThat(storage.length).isLessThan(100_000);
    assertThat(refused(storage)).contains("x/data/0 is compressed", "nothing was decompressed");
    assertThat(refused(new Archive().deflated("x/data.pkl", bomb).end()))
        .contains("x/data.pkl is compressed");
  }

  @Test
  void sizesThatLieAreRefused() throws IOException {
    byte[] file = good();
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int entry = lastCentralHeader(bytes);
    for (int size : new int[] {2_000_000_000, 0xfffffff0}) {
      bytes.putInt(entry + 20, size).putInt(entry + 24, size);
      assertThat(refused(file)).contains("x/data/0 claims " + Integer.toUnsignedString(size));
    }
    bytes.putInt(entry + 20, 8).putInt(entry + 24, 2_000_000_000);
    assertThat(refused(file)).contains("x/data/0 is compressed");
    bytes.putInt(entry + 20, -1).putInt(entry + 24, -1);
    assertThat(refused(file)).contains("x/data/0 has no size or place");
  }

  @Test
  void placesThatLieAreRefused() throws IOException {
    byte[] file = good();
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int entry = lastCentralHeader(bytes);
    for (int place : new int[] {0, 1, file.length, 0xfffffff0}) {
      bytes.putInt(entry + 42, place);
      assertThat(refused(file)).contains("the entry x/data/0 ");
    }
  }

  private static int lastCentralHeader(ByteBuffer bytes) {
    int at = bytes.limit() - 4;
    while (bytes.getInt(at) != 0x02014b50) {
      at--;
    }
    return at;
  }

  @Test
  void entriesThatOccurTwiceAreRefused() throws IOException {
    // The writer refuses to, so that a name is changed afterwards.
    byte[] file =
        new Archive()
            .stored("x/data.pkl", Archive.goodPickle())
            .stored("x/data/0", ZEROS)
            .stored("x/data/1", ZEROS)
            .end();
    String text = new String(file, StandardCharsets.ISO_8859_1).replace("x/data/1", "x/data/0");
    assertThat(refused(text.getBytes(StandardCharsets.ISO_8859_1))).contains("x/data/0 is in the");
  }

  @Test
  void otherArchivesAreRefused() throws IOException {
    assertThat(refused(new Archive().stored("a.txt", ZEROS).end()))
        .contains("with 0 files data.pkl");
    assertThat(
            refused(
                new Archive()
                    .stored("a/data.pkl", Archive.goodPickle())
                    .stored("b/data.pkl", Archive.goodPickle())
                    .end()))
        .contains("with 2 files data.pkl");
    assertThat(refused(new Archive().stored("a/model.json", ZEROS).end()))
        .contains("before PyTorch 1.4");
    assertThat(refused(new Archive().stored("x/data.pkl", Archive.goodPickle()).end()))
        .contains("no entry x/data/0");
  }

  @Test
  void bigEndianFilesAreRefused() throws IOException {
    byte[] file =
        new Archive()
            .stored("x/data.pkl", Archive.goodPickle())
            .stored("x/data/0", ZEROS)
            .stored("x/byteorder", "big".getBytes(StandardCharsets.US_ASCII))
            .end();
    assertThat(refused(file)).contains("byte order 'big'");
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNoticed() throws IOException {
    Path path = Goldens.copy("views.pth", temp);
    try (TorchFile file = TorchFile.open(path)) {
      file.requireUnchanged();
      Files.write(path, Arrays.copyOf(Goldens.bytes("views.pth"), 100));
      assertThatThrownBy(file::requireUnchanged).isInstanceOf(CheckpointFormatException.class);
      for (String name : new String[] {"tail", "transposed"}) {
        assertThatThrownBy(() -> file.tensor(name).read(0, ByteBuffer.allocate(4)))
            .isInstanceOf(CheckpointFormatException.class)
            .hasMessageStartingWith(path + ": ");
      }
    }
  }
}
