package io.github.espalier.metrics.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.FormulaImages;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.metrics.protocol.FidProtocol;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features of a folder, stopped and gone on with at any place. */
class FeatureExtractionTest {
  private static final int BATCH = 5;

  @TempDir Path temp;
  private Path images;
  private Path target;
  private Path journal;
  private final CountingNetwork network = new CountingNetwork("stripes");

  @BeforeEach
  void fill() throws IOException {
    images = FormulaImages.writeSet(0, temp.resolve("images"));
    target = temp.resolve("out/features.safetensors");
    journal = temp.resolve("out/features.safetensors.partial");
  }

  private FeatureExtraction extraction() {
    return FeatureExtraction.of(network, FidProtocol.CLEAN_FID).withBatch(BATCH).withReaders(2);
  }

  private void run(FeatureExtraction extraction, ExtractionListener listener) throws IOException {
    extraction.run(ImageFolder.list(images, false), target, false, listener, new Cancellation());
  }

  private byte[] runWhole(FeatureExtraction extraction) throws IOException {
    run(extraction, ExtractionListener.NONE);
    byte[] bytes = Files.readAllBytes(target);
    Files.delete(target);
    return bytes;
  }

  /** Runs until so many images are done. */
  private void stopAfter(int images) {
    Cancellation cancellation = new Cancellation();
    ExtractionListener listener =
        (done, all) -> {
          if (done >= images) {
            cancellation.cancel();
          }
        };
    assertThatThrownBy(
            () ->
                extraction()
                    .run(
                        ImageFolder.list(this.images, false),
                        target,
                        false,
                        listener,
                        cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(target).doesNotExist();
    assertThat(Files.exists(journal)).as("kept if there is a batch").isEqualTo(images > 0);
  }

  private ExtractedFeatures part(FeatureExtraction extraction, String name, int from, int to)
      throws IOException {
    List<String> names = ImageFolder.list(images, false).names().subList(from, to);
    return extraction.extract(
        new ImageFolder(images, names),
        temp.resolve(name),
        ExtractionListener.NONE,
        new Cancellation());
  }

  @Test
  void filesOfPartsMergeIntoTheFileOfAll() throws IOException {
    byte[] whole = runWhole(extraction());
    ExtractedFeatures first = part(extraction(), "first", 0, 7);
    ExtractedFeatures second = part(extraction(), "second", 7, 12);

    ExtractedFeatures merged = ExtractedFeatures.merge(List.of(first, second), target);

    assertThat(target).hasBinaryContent(whole);
    assertThat(merged.count()).isEqualTo(12);
    FeatureExtraction other = FeatureExtraction.of(network, FidProtocol.PYTORCH_FID);
    ExtractedFeatures foreign = part(other, "foreign", 7, 12);
    assertThatThrownBy(() -> ExtractedFeatures.merge(List.of(first, foreign), target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("foreign cannot be added to", "pytorch-fid", "clean-fid");
    assertThatThrownBy(() -> ExtractedFeatures.merge(List.of(), target))
        .hasMessage("there are no features to put together");
  }

  /** An attempt that gave nothing does not stand in the way of one under another protocol. */
  @Test
  void anEmptyJournalIsNotLeft() throws IOException {
    stopAfter(0);
    FeatureExtraction other = FeatureExtraction.of(network, FidProtocol.PYTORCH_FID);
    run(other, ExtractionListener.NONE);
    assertThat(ExtractedFeatures.read(target).origin()).isEqualTo(other.origin());
  }

  @Test
  void featuresAreThoseOfEachImage() throws IOException {
    List<Integer> progress = new ArrayList<>();
    run(extraction(), (done, all) -> progress.add(100 * done + all));
    assertThat(progress).containsExactly(12, 512, 1012, 1212);
    assertThat(network.batches).containsExactly(5, 5, 2);
    assertThat(journal).doesNotExist();

    ExtractedFeatures found = ExtractedFeatures.read(target);
    assertThat(found.origin())
        .isEqualTo(
            new FeatureOrigin(
                NetworkId.of("stripes", "stripes", "weights of stripes"), "clean-fid"));
    assertThat(found.names()).hasSize(12).startsWith("00.png", "01.jpg");
    assertThat(found.skipped()).isEmpty();
    double[] row = new double[13];
    found.load().get(7, row);
    ImageDecoder decoder = ImageDecoder.withDefaults();
    float[] expected =
        network
            .compute(
                List.of(
                    FidProtocol.CLEAN_FID.prepare(
                        decoder.read(images.resolve("07.jpg")), ImageFormat.JPEG)))[0];
    for (int i = 0; i < row.length; i++) {
      assertThat(row[i]).isEqualTo(expected[i]);
    }
  }

  @Test
  void stoppedRunGivesTheSameFile() throws IOException {
    byte[] whole = runWhole(extraction());
    for (int stop : new int[] {0, 1, 5, 7, 12}) {
      stopAfter(stop);
      network.batches.clear();
      int left = 12 - Math.min(12, (stop + 4) / 5 * 5);
      assertThat(runWhole(extraction())).as("stopped after %d", stop).isEqualTo(whole);
      assertThat(network.batches.stream().mapToInt(each -> each).sum()).isEqualTo(left);
    }
  }

  @Test
  void journalThatIsCutOffAnywhereGivesTheSameFile() throws IOException {
    byte[] whole = runWhole(extraction());
    stopAfter(10);
    byte[] entries = Files.readAllBytes(journal);
    int header = 8 + JournalHeader.of(extraction().origin(), 13, BATCH).bytes().length;
    for (int length = header; length < entries.length; length += 41) {
      Files.write(journal, Arrays.copyOf(entries, length));
      assertThat(runWhole(extraction())).as("cut off at %d", length).isEqualTo(whole);
    }
    entries[entries.length - 3] ^= 1;
    Files.write(journal, entries);
    network.batches.clear();
    assertThat(runWhole(extraction())).isEqualTo(whole);
    assertThat(network.batches).containsExactly(5, 2);
  }

  @Test
  void threadsDoNotMatter() throws IOException {
    assertThat(runWhole(extraction().withReaders(5)))
        .isEqualTo(runWhole(extraction().withReaders(1)));
  }

  @Test
  void otherRunsAreNotGoneOnWith() throws IOException {
    stopAfter(5);
    refuses(extraction().withBatch(4), "was begun with batch 5, not 4; delete it to start anew");
    refuses(
        FeatureExtraction.of(network, FidProtocol.PAPER).withBatch(BATCH),
        "was begun with protocol clean-fid, not paper");
    refuses(
        FeatureExtraction.of(new CountingNetwork("other"), FidProtocol.CLEAN_FID).withBatch(BATCH),
        "was begun with network stripes, not other");
    Files.delete(images.resolve("02.png"));
    refuses(extraction(), "image 2 was 02.png, not 03.jpg");
    FormulaImages.write(images, "02", false, FormulaImages.ofSet(1, 1));
    refuses(extraction(), "was begun with another content of " + images.resolve("02.png"));
    Files.writeString(journal, "not a journal at all");
    refuses(extraction(), "is no journal of an extraction; delete it");
  }

  private void refuses(FeatureExtraction extraction, String message) {
    assertThatThrownBy(() -> run(extraction, ExtractionListener.NONE))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(journal + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void existingFilesAreNotReplacedUnlessAsked() throws IOException {
    Files.createDirectories(target.getParent());
    Files.writeString(target, "mine");
    assertThatThrownBy(() -> run(extraction(), ExtractionListener.NONE))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).hasContent("mine");
    ImageFolder folder = ImageFolder.list(images, false);
    extraction().run(folder, target, true, ExtractionListener.NONE, new Cancellation());
    assertThat(ExtractedFeatures.read(target).names()).hasSize(12);
  }

  @Test
  void featuresThatAreThereAreUsed() throws IOException {
    ImageFolder folder = ImageFolder.list(images, false);
    Cancellation cancellation = new Cancellation();
    ExtractedFeatures first =
        extraction().extract(folder, target, ExtractionListener.NONE, cancellation);
    network.batches.clear();
    assertThat(extraction().extract(folder, target, ExtractionListener.NONE, cancellation).names())
        .isEqualTo(first.names());
    assertThat(network.batches).isEmpty();

    FormulaImages.write(images, "05", true, FormulaImages.ofSet(1, 1));
    assertThatThrownBy(
            () -> extraction().extract(folder, target, ExtractionListener.NONE, cancellation))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(
            target
                + ": has features of another "
                + images.resolve("05.jpg")
                + "; delete it, or choose another place");
    Files.delete(images.resolve("05.jpg"));
    assertThatThrownBy(
            () ->
                extraction()
                    .extract(
                        ImageFolder.list(images, false),
                        target,
                        ExtractionListener.NONE,
                        cancellation))
        .hasMessageContaining("features of 12 images, but " + images + " has 11; ");
  }

  @Test
  void sizesMustFit() {
    FeatureNetwork small = new SmallNetwork();
    assertThatThrownBy(() -> FeatureExtraction.of(small, FidProtocol.PAPER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("protocol paper makes images of 299x299, but small takes 224x224");
    assertThatThrownBy(() -> extraction().withBatch(0))
        .hasMessage("the batch is 0, but must be at least 1");
  }

  @Test
  void noOtherNetworkPassesForTheFidNetwork() {
    NetworkId repeated = NetworkId.known(NetworkId.FID_INCEPTION, "2048", "weights");
    assertThatThrownBy(() -> FeatureExtraction.of(new CountingNetwork(repeated), FidProtocol.PAPER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the name fid-inception-v3 belongs to InceptionFeatureNetwork")
        .hasMessageEndingWith(CountingNetwork.class.getName() + " has it");
  }

  private static final class SmallNetwork implements FeatureNetwork {
    @Override
    public NetworkId id() {
      return NetworkId.of("small", "tap", "weights");
    }

    @Override
    public int features() {
      return 1;
    }

    @Override
    public int inputWidth() {
      return 224;
    }

    @Override
    public int inputHeight() {
      return 224;
    }

    @Override
    public float[][] compute(List<io.github.espalier.metrics.resize.FloatImage> images) {
      return new float[][] {{Float.NaN}};
    }
  }
}
