package io.github.espalier.metrics.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no images, or too large ones. */
class ImageErrorsTest {
  private static final int PNG_HEADER = 16;

  @TempDir private Path folder;

  private void refuses(byte[] content, String message) throws IOException {
    Path file = Files.write(folder.resolve("image"), content);
    assertThatThrownBy(() -> ImageDecoder.withDefaults().read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(((CheckpointFormatException) e).file()).isEqualTo(file));
  }

  /** Puts a size into a PNG file, with the checksum that belongs to it. */
  private static byte[] resized(byte[] png, int width, int height) {
    ByteBuffer.wrap(png).putInt(PNG_HEADER, width).putInt(PNG_HEADER + 4, height);
    CRC32 checksum = new CRC32();
    checksum.update(png, PNG_HEADER - 4, 17);
    ByteBuffer.wrap(png).putInt(PNG_HEADER + 13, (int) checksum.getValue());
    return png;
  }

  private static int find(byte[] bytes, int marker) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if ((bytes[i] & 0xff) == 0xff && (bytes[i + 1] & 0xff) == marker) {
        return i;
      }
    }
    throw new IllegalArgumentException("no marker " + marker);
  }

  @Test
  void whatIsNoImage() throws IOException {
    refuses(new byte[0], "is empty, expected a PNG file (89 50 4e 47 0d 0a 1a 0a) or a JPEG file");
    refuses(
        "GIF89a and more".getBytes(StandardCharsets.US_ASCII),
        "begins with 47 49 46 38 39 61 20 61, expected");
    assertThatThrownBy(() -> ImageDecoder.withDefaults().read(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void filesThatAreCutOff() throws IOException {
    for (String name : new String[] {"rgb8.png", "rgb-large.jpg", "rgb-q30-progressive.jpg"}) {
      byte[] bytes = TestImages.bytes(name);
      for (int length : new int[] {9, 20, 40, 300, bytes.length / 2, bytes.length - 2}) {
        refuses(Arrays.copyOf(bytes, length), "is cut off: ");
      }
    }
  }

  @Test
  void damagedFiles() throws IOException {
    byte[] png = TestImages.bytes("rgb8.png");
    png[200] ^= 1;
    refuses(png, "is damaged: its chunk IDAT at byte 33 has the checksum ");
    byte[] jpeg = TestImages.bytes("rgb-large.jpg");
    int middle = jpeg.length / 2;
    jpeg[middle] = (byte) 0xff;
    jpeg[middle + 1] = (byte) 0xd9;
    refuses(jpeg, "is a damaged JPEG file: Corrupt JPEG data: premature end of data segment");
    byte[] marker = TestImages.bytes("grey.jpg");
    marker[20] = 7;
    refuses(marker, "is a damaged JPEG file: byte 20 is 07, expected ff");
  }

  @Test
  void pngWithTooFewRows() throws IOException {
    refuses(resized(TestImages.bytes("rgb8.png"), 37, 24), "is a damaged PNG file: ");
  }

  @Test
  void sizesBeyondTheLimit() throws IOException {
    String expected = "claims to have 50000x40000 pixels, expected 1 to 178956970 in all";
    refuses(resized(TestImages.bytes("rgb8.png"), 50_000, 40_000), expected);
    byte[] jpeg = TestImages.bytes("grey.jpg");
    ByteBuffer.wrap(jpeg).putShort(find(jpeg, 0xc0) + 5, (short) 40_000);
    ByteBuffer.wrap(jpeg).putShort(find(jpeg, 0xc0) + 7, (short) 50_000);
    refuses(jpeg, expected);
    refuses(resized(TestImages.bytes("rgb8.png"), -1, -1), "have 4294967295x4294967295 pixels");
    refuses(resized(TestImages.bytes("rgb8.png"), 0, 23), "claims to have 0x23 pixels");
  }

  @Test
  void theLimitIsAnOption() throws IOException {
    Path file = TestImages.file("rgb8.png");
    assertThat(ImageDecoder.withDefaults().withMaxPixels(37 * 23).read(file).width()).isEqualTo(37);
    assertThatThrownBy(() -> new ImageDecoder(37 * 23 - 1).read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("expected 1 to 850 in all");
    assertThatThrownBy(() -> new ImageDecoder(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the limit is 0 pixels, expected at least 1");
  }

  @Test
  void kindsOfJpegThatAreNotRead() throws IOException {
    byte[] precise = TestImages.bytes("grey.jpg");
    precise[find(precise, 0xc0) + 4] = 12;
    refuses(precise, "is a JPEG file of process 0 with 1 components of 12 bits, expected process");
    byte[] arithmetic = TestImages.bytes("grey.jpg");
    arithmetic[find(arithmetic, 0xc0) + 1] = (byte) 0xc9;
    refuses(arithmetic, "is a JPEG file of process 9 with 1 components of 8 bits");
  }

  @Test
  void harmlessBytesAreReadOver() throws IOException {
    byte[] jpeg = TestImages.bytes("rgb-large.jpg");
    byte[] longer = Arrays.copyOf(jpeg, jpeg.length + 3);
    System.arraycopy(new byte[] {1, 2, 3, (byte) 0xff, (byte) 0xd9}, 0, longer, jpeg.length - 2, 5);
    Path file = folder.resolve("image");
    assertThat(ImageDecoder.withDefaults().decode(file, longer))
        .isEqualTo(ImageDecoder.withDefaults().decode(file, jpeg));
  }
}
