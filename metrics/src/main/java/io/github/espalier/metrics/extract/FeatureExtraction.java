package io.github.espalier.metrics.extract;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.protocol.ImagePreparation;
import io.github.espalier.metrics.reading.DecodingMemory;
import io.github.espalier.metrics.reading.ImageSource;
import io.github.espalier.metrics.reading.ImageStep;
import io.github.espalier.metrics.reading.PreparedImage;
import io.github.espalier.metrics.reading.ReadAhead;
import io.github.espalier.metrics.resize.FloatImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes features of all images of a folder and keeps them in a file.
 *
 * <p>Images are read and prepared by threads of their own, two batches ahead of the network; no
 * others are held, so memory does not grow with their number. What is done is appended to a
 * journal, {@code TARGET.partial}; a run that stopped, even by being killed, goes on with it if
 * network, protocol, batch and images are the same, and then gives the same file, byte for byte.
 *
 * <p>The file is written beside its target and moved into place. Immutable.
 */
public final class FeatureExtraction {
  private static final String JOURNAL_ENDING = ".partial";
  private static final int BATCH = 16;

  private final FeatureNetwork network;
  private final ImagePreparation preparation;
  private final FeatureOrigin origin;
  private final int batch;
  private final int readers;
  private final ImageDecoder decoder;
  private final boolean skips;
  private final @Nullable DecodingMemory memory;

  private FeatureExtraction(
      FeatureNetwork network,
      ImagePreparation preparation,
      int batch,
      int readers,
      ImageDecoder decoder,
      boolean skips,
      @Nullable DecodingMemory memory) {
    this.network = network;
    this.preparation = preparation;
    this.origin = new FeatureOrigin(network.id(), preparation.protocol());
    this.batch = batch;
    this.readers = readers;
    this.decoder = decoder;
    this.skips = skips;
    this.memory = memory;
  }

  /**
   * Combines a network and what is done to images before it: batches of 16, a reading thread for
   * each processor, and an error at the first image that cannot be read.
   *
   * @param network the network
   * @param preparation makes its inputs
   * @return an extraction
   * @throws IllegalArgumentException if the network takes images of another size, or says that it
   *     is the FID network and is no {@link InceptionFeatureNetwork}, or CMMD's and is no {@link
   *     ClipFeatureNetwork}
   */
  public static FeatureExtraction of(FeatureNetwork network, ImagePreparation preparation) {
    if (network.inputWidth() != preparation.width()
        || network.inputHeight() != preparation.height()) {
      throw new IllegalArgumentException(
          "protocol "
              + preparation.protocol()
              + " makes images of "
              + preparation.width()
              + "x"
              + preparation.height()
              + ", but "
              + network.id().name()
              + " takes "
              + network.inputWidth()
              + "x"
              + network.inputHeight());
    }
    requireOwnName(network);
    int processors = Runtime.getRuntime().availableProcessors();
    return new FeatureExtraction(
        network, preparation, BATCH, processors, ImageDecoder.withDefaults(), false, null);
  }

  /** Distances are called FID or CMMD by the network's identity, which anybody could repeat. */
  private static void requireOwnName(FeatureNetwork network) {
    String name = network.id().name();
    Class<?> owner = NetworkId.owner(name);
    if (owner != null && !owner.isInstance(network)) {
      throw new IllegalArgumentException(
          "the name "
              + name
              + " belongs to "
              + owner.getSimpleName()
              + ", which checks the weights, but "
              + network.getClass().getName()
              + " has it");
    }
  }

  /**
   * Chooses how many images go through the network together.
   *
   * @param images at least 1
   * @return an extraction with that batch
   * @throws IllegalArgumentException if it is less than 1
   */
  public FeatureExtraction withBatch(int images) {
    requirePositive(images, "the batch");
    return new FeatureExtraction(network, preparation, images, readers, decoder, skips, memory);
  }

  /**
   * Chooses how many threads read images.
   *
   * @param threads at least 1
   * @return an extraction with so many
   * @throws IllegalArgumentException if there are less than 1
   */
  public FeatureExtraction withReaders(int threads) {
    requirePositive(threads, "the number of reading threads");
    return new FeatureExtraction(network, preparation, batch, threads, decoder, skips, memory);
  }

  private static void requirePositive(int value, String what) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " is " + value + ", but must be at least 1");
    }
  }

  /**
   * Chooses how images are read.
   *
   * @param newDecoder has the limit of their size
   * @return an extraction with that decoder
   */
  public FeatureExtraction withDecoder(ImageDecoder newDecoder) {
    return new FeatureExtraction(network, preparation, batch, readers, newDecoder, skips, memory);
  }

  /**
   * Passes over files that are no images, damaged or too large, also for the heap, instead of
   * failing; the file of features lists them. Errors of the system still end the run.
   *
   * @return such an extraction
   */
  public FeatureExtraction skippingUnreadable() {
    return new FeatureExtraction(network, preparation, batch, readers, decoder, true, memory);
  }

  /**
   * Chooses how much memory images may take while they are read; large ones are then read fewer at
   * a time.
   *
   * @param newMemory the memory; without this, what the heap has
   * @return an extraction with that memory
   */
  public FeatureExtraction withMemory(DecodingMemory newMemory) {
    return new FeatureExtraction(network, preparation, batch, readers, decoder, skips, newMemory);
  }

  /**
   * Returns what makes the features.
   *
   * @return network and protocol
   */
  public FeatureOrigin origin() {
    return origin;
  }

  /**
   * Returns the number of features of an image.
   *
   * @return at least 1
   */
  public int width() {
    return network.features();
  }

  /**
   * Computes features, or goes on with a run that was stopped.
   *
   * @param folder the images
   * @param target the file for the features
   * @param overwrite whether a file that exists is replaced
   * @param listener told of progress
   * @param cancellation stops the run; what is done stays in the journal
   * @throws CheckpointFormatException if an image cannot be read, or the journal is of another run;
   *     the message names the file
   * @throws IllegalArgumentException if all images were skipped
   * @throws IllegalStateException if the network gives a feature that is infinite or NaN
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws IOException if reading or writing fails
   * @throws java.util.concurrent.CancellationException if the run was stopped
   */
  public void run(
      ImageFolder folder,
      Path target,
      boolean overwrite,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    run(folder, target, overwrite, Known.NOTHING, listener, cancellation);
  }

  /** Features that need not be computed again. */
  @FunctionalInterface
  private interface Known {
    Known NOTHING = index -> null;

    /** Returns what is known of an image of the folder, if anything. */
    @Nullable JournalEntry entry(int index) throws IOException;
  }

  private void run(
      ImageFolder folder,
      Path target,
      boolean overwrite,
      Known known,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    Path journalFile = target.resolveSibling(target.getFileName() + JOURNAL_ENDING);
    try (StagedOutput output = StagedOutput.file(target, overwrite)) {
      JournalHeader header = JournalHeader.of(origin, network.features(), batch);
      JournalCheck check = new JournalCheck(journalFile, folder, skips, listener, cancellation);
      try (FeatureJournal journal = FeatureJournal.open(journalFile, header, check)) {
        compute(folder, journal, known, listener, cancellation);
        check.requireSome(journal);
        FeatureFile.write(output.staging(), origin, network.features(), journal::forEach);
      }
      output.commit(true);
    }
    Files.deleteIfExists(journalFile);
  }

  /**
   * Returns the features of a folder: from the file, if it exists and is of just these images,
   * network and protocol; otherwise computed as {@link #run} does, to that file. Where images that
   * were skipped have another content now, only they and those of their batches are computed.
   *
   * @param folder the images, whose files are read in either case
   * @param target the file of features
   * @param listener told of progress
   * @param cancellation stops the run
   * @return the features
   * @throws CheckpointFormatException as {@link #run}, and if the file exists and is of something
   *     else, or images were skipped and this was not asked for
   * @throws IOException if reading or writing fails
   */
  public ExtractedFeatures extract(
      ImageFolder folder, Path target, ExtractionListener listener, Cancellation cancellation)
      throws IOException {
    if (!Files.exists(target)) {
      run(folder, target, false, listener, cancellation);
      return ExtractedFeatures.read(target);
    }
    ExtractedFeatures found = ExtractedFeatures.read(target);
    FolderCheck check = check(folder, target, found, cancellation);
    if (!check.changed().isEmpty()) {
      Set<Integer> again = batchesOf(check.changed(), folder.size());
      try (FeatureRows rows = FeatureRows.open(found)) {
        Known known = index -> again.contains(index) ? null : known(found, check, rows, index);
        run(folder, target, true, known, listener, cancellation);
      }
      return ExtractedFeatures.read(target);
    }
    found.skipped().forEach(listener::skipped);
    listener.progress(folder.size(), folder.size());
    return found;
  }

  private FolderCheck check(
      ImageFolder folder, Path target, ExtractedFeatures found, Cancellation cancellation)
      throws IOException {
    String difference = found.origin().differenceFrom(origin);
    FolderCheck check =
        difference.isEmpty()
            ? FolderCheck.of(folder, found, cancellation)
            : FolderCheck.different(difference);
    if (!check.difference().isEmpty()) {
      throw CheckpointFormatException.of(
          target, "has features of " + check.difference() + "; delete it, or choose another place");
    }
    if (!skips && !check.missing().isEmpty()) {
      throw CheckpointFormatException.of(target, SkippedImage.complaint(check.missing()));
    }
    return check;
  }

  private Set<Integer> batchesOf(List<Integer> images, int count) {
    Set<Integer> all = new HashSet<>();
    for (int image : images) {
      int first = image / batch * batch;
      for (int i = first; i < Math.min(count, first + batch); i++) {
        all.add(i);
      }
    }
    return all;
  }

  private static JournalEntry known(
      ExtractedFeatures found, FolderCheck check, FeatureRows rows, int index) throws IOException {
    int row = check.rows().get(index);
    if (row < 0) {
      HashedSkip skip = found.skips().get(check.skipBefore(index));
      return JournalEntry.skipped(skip.image(), skip.reason());
    }
    float[] features = new float[found.width()];
    rows.get(row, features);
    return JournalEntry.of(found.images().get(row), features);
  }

  private void compute(
      ImageFolder folder,
      FeatureJournal journal,
      Known known,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    int images = folder.size();
    listener.progress(journal.entries(), images);
    List<ImageSource> sources = new ArrayList<>();
    for (int i = journal.entries(); i < images; i++) {
      if (known.entry(i) == null) {
        sources.add(new ImageSource(folder.names().get(i), folder.file(i)));
      }
    }
    try (ReadAhead<FloatImage> reader =
        new ReadAhead<>(
            sources, ImageStep.of(preparation), decoder, readers, 2 * batch, decodingMemory())) {
      while (journal.entries() < images) {
        int first = journal.entries();
        int end = Math.min(images, first + batch);
        journal.append(entries(first, end, known, reader, listener, cancellation));
        listener.progress(journal.entries(), images);
      }
    }
    cancellation.check();
  }

  /** Beside images that are read, three batches of inputs are held. */
  private DecodingMemory decodingMemory() {
    long input = 3L * Float.BYTES * preparation.width() * preparation.height();
    return memory == null ? DecodingMemory.ofHeap(3L * batch * input) : memory;
  }

  private List<JournalEntry> entries(
      int first,
      int end,
      Known known,
      ReadAhead<FloatImage> reader,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    List<PreparedImage<FloatImage>> prepared = new ArrayList<>();
    for (int i = first; i < end; i++) {
      cancellation.check();
      JournalEntry entry = known.entry(i);
      if (entry == null) {
        prepared.add(reader.next());
      } else {
        if (entry.features() == null) {
          listener.skipped(entry.skippedImage());
        }
        entries.add(entry);
      }
    }
    // A batch is known as a whole or not at all.
    return prepared.isEmpty() ? entries : entries(prepared, listener);
  }

  private List<JournalEntry> entries(
      List<PreparedImage<FloatImage>> prepared, ExtractionListener listener) {
    List<FloatImage> inputs = new ArrayList<>();
    for (PreparedImage<FloatImage> each : prepared) {
      CheckpointFormatException problem = each.problem();
      if (problem != null && !skips) {
        throw problem;
      }
      if (each.input() != null) {
        inputs.add(each.input());
      }
    }
    float[][] features = inputs.isEmpty() ? new float[0][] : network.compute(inputs);
    List<JournalEntry> entries = new ArrayList<>();
    int row = 0;
    for (PreparedImage<FloatImage> each : prepared) {
      HashedImage image = HashedImage.of(each);
      CheckpointFormatException problem = each.problem();
      if (problem == null) {
        entries.add(JournalEntry.of(image, finite(features[row++], image.name())));
      } else {
        JournalEntry entry = JournalEntry.skipped(image, String.valueOf(problem.getMessage()));
        listener.skipped(entry.skippedImage());
        entries.add(entry);
      }
    }
    return entries;
  }

  private static float[] finite(float[] features, String image) {
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new IllegalStateException(
            image + ": the network's feature " + i + " is " + features[i]);
      }
    }
    return features;
  }
}
