package io.github.espalier.metrics.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.FormulaImages;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.protocol.FidProtocol;
import io.github.espalier.metrics.reading.DecodingMemory;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders with files that are no images, or none that can be read. */
class UnreadableImagesTest {
  @TempDir Path temp;
  private Path images;
  private Path target;

  @BeforeEach
  void fill() throws IOException {
    images = Files.createDirectory(temp.resolve("images"));
    target = temp.resolve("features.safetensors");
    FormulaImages.write(images, "good", false, FormulaImages.ofSet(0, 0));
    FormulaImages.write(images, "tiny", false, new RgbImage(1, 1, new byte[] {1, 2, 3}));
  }

  private static FeatureExtraction extraction() {
    return FeatureExtraction.of(new CountingNetwork("stripes"), FidProtocol.PAPER).withBatch(3);
  }

  private ExtractedFeatures extract(FeatureExtraction extraction) throws IOException {
    extraction.run(
        ImageFolder.list(images, false), target, true, ExtractionListener.NONE, new Cancellation());
    return ExtractedFeatures.read(target);
  }

  private static byte[] png() {
    return PngFile.encode(FormulaImages.ofSet(0, 0), Map.of());
  }

  private static byte[] claiming(int width, int height) {
    byte[] png = png();
    ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    CRC32 checksum = new CRC32();
    checksum.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) checksum.getValue());
    return png;
  }

  private void fails(String name, byte[] content, String message) throws IOException {
    Path file = Files.write(images.resolve(name), content);
    assertThatThrownBy(() -> extract(extraction()))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
    assertThat(temp.toFile().list()).as("nothing is left to go on with").containsExactly("images");

    ExtractedFeatures skipping = extract(extraction().skippingUnreadable());
    assertThat(skipping.names()).containsExactly("good.png", "tiny.png");
    assertThat(skipping.skipped()).hasSize(1);
    assertThat(skipping.skipped().get(0).name()).isEqualTo(name);
    assertThat(skipping.skipped().get(0).reason()).contains(message);
    Files.delete(target);
    Files.delete(file);
  }

  @Test
  void eachIsNamedOrSkipped() throws IOException {
    fails("empty.png", new byte[0], "is empty, expected a PNG file");
    fails("cut.png", Arrays.copyOf(png(), 200), "is cut off");
    fails("huge.png", claiming(50_000, 40_000), "claims to have 50000x40000 pixels, expected 1 to");
    fails("a.webp", "RIFF....WEBP".getBytes(StandardCharsets.US_ASCII), "begins with 52 49 46 46");
    fails("a.bmp", "BM".getBytes(StandardCharsets.US_ASCII), "begins with 42 4d, expected a PNG");
    byte[] damaged = png();
    damaged[100] ^= 1;
    fails("z.png", damaged, "is damaged: its chunk IDAT");
    byte[] wide = PngFile.encode(new RgbImage(65_501, 1, new byte[3 * 65_501]), Map.of());
    fails("wide.png", wide, "cannot be a JPEG file: neither extent may exceed 65500");
  }

  @Test
  void sizesAreLimited() throws IOException {
    FeatureExtraction limited =
        extraction().withDecoder(ImageDecoder.withDefaults().withMaxPixels(10));
    assertThatThrownBy(() -> extract(limited))
        .hasMessage(
            images.resolve("good.png") + ": claims to have 31x97 pixels, expected 1 to 10 in all");
    assertThat(extract(limited.skippingUnreadable()).names()).containsExactly("tiny.png");
  }

  /** 3007 pixels need 6 bytes each, and decoders half a megabyte; of a memory 3/4 is for that. */
  @Test
  void imagesThatDoNotFitTheMemoryAreNamedOrSkipped() throws IOException {
    FeatureExtraction small = extraction().withMemory(DecodingMemory.of(700_000));
    assertThatThrownBy(() -> extract(small))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(images.resolve("good.png") + ": has 31x97 pixels and needs ")
        .hasMessageContaining(" in a heap of ")
        .hasMessageContaining("-Xmx");
    FormulaImages.write(images, "tiny", false, new RgbImage(1, 1, new byte[3]));
    FeatureExtraction enough = extraction().withMemory(DecodingMemory.of(714_000));
    ExtractedFeatures found = extract(enough.skippingUnreadable());
    assertThat(found.names()).containsExactly("tiny.png");
    assertThat(found.skipped()).hasSize(1);
  }

  @Test
  void aFolderOfWhichNothingCanBeRead() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.createFile(other.resolve("a.png"));
    Files.createFile(other.resolve("b.png"));
    images = other;
    assertThatThrownBy(() -> extract(extraction().skippingUnreadable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "none of the 2 images of " + other + " can be read; " + other.resolve("a.png"));
  }

  @Test
  void errorsOfTheSystemAreNotSkipped() throws IOException {
    ImageFolder folder = ImageFolder.list(images, false);
    Files.delete(images.resolve("tiny.png"));
    assertThatThrownBy(
            () ->
                extraction()
                    .skippingUnreadable()
                    .run(folder, target, true, ExtractionListener.NONE, new Cancellation()))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void skippedOnesAreRememberedWhenGoingOn() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.createFile(images.resolve("empty" + i + ".png"));
    }
    FeatureExtraction skipping = extraction().skippingUnreadable();
    byte[] whole = bytesOf(skipping);
    Cancellation cancellation = new Cancellation();
    ExtractionListener stop =
        (done, all) -> {
          if (done >= 4) {
            cancellation.cancel();
          }
        };
    ImageFolder folder = ImageFolder.list(images, false);
    Files.delete(target);
    assertThatThrownBy(() -> skipping.run(folder, target, false, stop, cancellation))
        .isInstanceOf(CancellationException.class);

    assertThatThrownBy(() -> extract(extraction()))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining("was begun by skipping images that cannot be read: ");
    List<SkippedImage> told = new ArrayList<>();
    ExtractionListener listener = counting(told);
    skipping.run(folder, target, false, listener, new Cancellation());
    assertThat(told).hasSize(8);
    assertThat(Files.readAllBytes(target)).isEqualTo(whole);
  }

  private void repair() throws IOException {
    FormulaImages.write(images, "empty3", false, FormulaImages.ofSet(1, 3));
  }

  private static ExtractionListener counting(List<SkippedImage> told) {
    return new ExtractionListener() {
      @Override
      public void progress(int done, int all) {}

      @Override
      public void skipped(SkippedImage image) {
        told.add(image);
      }
    };
  }

  @Test
  void repairedImagesAreTakenUpByTheFile() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.createFile(images.resolve("empty" + i + ".png"));
    }
    FeatureExtraction skipping = extraction().skippingUnreadable();
    bytesOf(skipping);
    repair();
    ImageFolder folder = ImageFolder.list(images, false);
    CountingNetwork network = new CountingNetwork("stripes");
    FeatureExtraction again =
        FeatureExtraction.of(network, FidProtocol.PAPER).withBatch(3).skippingUnreadable();
    List<SkippedImage> told = new ArrayList<>();
    ExtractedFeatures found = again.extract(folder, target, counting(told), new Cancellation());
    assertThat(found.names()).containsExactly("empty3.png", "good.png", "tiny.png");
    assertThat(found.skipped()).hasSize(7).isEqualTo(told);
    assertThat(network.batches).as("of the batch of the repaired image only").containsExactly(1);
    byte[] bytes = Files.readAllBytes(target);
    assertThat(bytes).isEqualTo(bytesOf(skipping));
  }

  @Test
  void featuresThatLackImagesAreNotTakenUnasked() throws IOException {
    Path bad = Files.createFile(images.resolve("bad.png"));
    Files.createFile(images.resolve("worse.png"));
    bytesOf(extraction().skippingUnreadable());
    ImageFolder folder = ImageFolder.list(images, false);
    assertThatThrownBy(
            () -> extraction().extract(folder, target, ExtractionListener.NONE, new Cancellation()))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(
            target
                + ": lacks features of 2 images that could not be read: bad.png, worse.png ("
                + bad
                + ": is empty");
    ExtractedFeatures asked =
        extraction()
            .skippingUnreadable()
            .extract(folder, target, ExtractionListener.NONE, new Cancellation());
    assertThat(asked.skipped()).hasSize(2);
  }

  @Test
  void repairedImagesAreTakenUpByTheJournal() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.createFile(images.resolve("empty" + i + ".png"));
    }
    FeatureExtraction skipping = extraction().skippingUnreadable();
    Cancellation cancellation = new Cancellation();
    ExtractionListener stop =
        (done, all) -> {
          if (done >= 6) {
            cancellation.cancel();
          }
        };
    ImageFolder folder = ImageFolder.list(images, false);
    assertThatThrownBy(() -> skipping.run(folder, target, false, stop, cancellation))
        .isInstanceOf(CancellationException.class);
    repair();
    List<SkippedImage> told = new ArrayList<>();
    List<Integer> progress = new ArrayList<>();
    ExtractionListener listener =
        new ExtractionListener() {
          @Override
          public void progress(int done, int all) {
            progress.add(done);
          }

          @Override
          public void skipped(SkippedImage image) {
            told.add(image);
          }
        };
    skipping.run(folder, target, false, listener, new Cancellation());
    assertThat(progress).as("the second batch is done again").containsExactly(3, 6, 9, 10);
    assertThat(told).hasSize(7);
    byte[] bytes = Files.readAllBytes(target);
    assertThat(bytes).isEqualTo(bytesOf(skipping));
  }

  private byte[] bytesOf(FeatureExtraction extraction) throws IOException {
    extract(extraction);
    return Files.readAllBytes(target);
  }
}
