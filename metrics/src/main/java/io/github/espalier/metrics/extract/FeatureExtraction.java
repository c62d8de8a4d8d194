package io.github.espalier.metrics.extract;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.folder.ImageFolder;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.protocol.ImagePreparation;
import io.github.espalier.metrics.resize.FloatImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  private FeatureExtraction(
      FeatureNetwork network,
      ImagePreparation preparation,
      int batch,
      int readers,
      ImageDecoder decoder,
      boolean skips) {
    this.network = network;
    this.preparation = preparation;
    this.origin = new FeatureOrigin(network.id(), preparation.protocol());
    this.batch = batch;
    this.readers = readers;
    this.decoder = decoder;
    this.skips = skips;
  }

  /**
   * Combines a network and what is done to images before it: batches of 16, a reading thread for
   * each processor, and an error at the first image that cannot be read.
   *
   * @param network the network
   * @param preparation makes its inputs
   * @return an extraction
   * @throws IllegalArgumentException if the network takes images of another size
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
    int processors = Runtime.getRuntime().availableProcessors();
    return new FeatureExtraction(
        network, preparation, BATCH, processors, ImageDecoder.withDefaults(), false);
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
    return new FeatureExtraction(network, preparation, images, readers, decoder, skips);
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
    return new FeatureExtraction(network, preparation, batch, threads, decoder, skips);
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
    return new FeatureExtraction(network, preparation, batch, readers, newDecoder, skips);
  }

  /**
   * Passes over files that are no images, damaged or too large, instead of failing; the file of
   * features lists them. Errors of the system still end the run.
   *
   * @return such an extraction
   */
  public FeatureExtraction skippingUnreadable() {
    return new FeatureExtraction(network, preparation, batch, readers, decoder, true);
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
    Path journalFile = target.resolveSibling(target.getFileName() + JOURNAL_ENDING);
    try (StagedOutput output = StagedOutput.file(target, overwrite)) {
      JournalHeader header = JournalHeader.of(origin, network.features(), batch);
      JournalCheck check = new JournalCheck(journalFile, folder, skips, listener, cancellation);
      try (FeatureJournal journal = FeatureJournal.open(journalFile, header, check)) {
        compute(folder, journal, listener, cancellation);
        check.requireSome(journal);
        FeatureFile.write(output.staging(), origin, network.features(), journal);
      }
      output.commit(true);
    }
    Files.deleteIfExists(journalFile);
  }

  /**
   * Returns the features of a folder: from the file, if it exists and is of just these images,
   * network and protocol; otherwise computed as {@link #run} does, to that file.
   *
   * @param folder the images, whose files are read in either case
   * @param target the file of features
   * @param listener told of progress
   * @param cancellation stops the run
   * @return the features
   * @throws CheckpointFormatException as {@link #run}, and if the file exists and is of something
   *     else
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
    String difference = found.origin().differenceFrom(origin);
    if (difference.isEmpty()) {
      difference = JournalCheck.differenceFrom(folder, found, cancellation);
    }
    if (!difference.isEmpty()) {
      throw CheckpointFormatException.of(
          target, "has features of " + difference + "; delete it, or choose another place");
    }
    found.skipped().forEach(listener::skipped);
    listener.progress(folder.size(), folder.size());
    return found;
  }

  private void compute(
      ImageFolder folder,
      FeatureJournal journal,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    int images = folder.size();
    int first = journal.entries();
    listener.progress(first, images);
    try (ReadAhead reader =
        new ReadAhead(folder, preparation, decoder, readers, 2 * batch, first)) {
      for (int done = first; done < images; done = journal.entries()) {
        List<PreparedImage> prepared = new ArrayList<>(batch);
        while (prepared.size() < Math.min(batch, images - done)) {
          cancellation.check();
          prepared.add(reader.next());
        }
        journal.append(entries(prepared, listener));
        listener.progress(journal.entries(), images);
      }
    }
    cancellation.check();
  }

  private List<JournalEntry> entries(List<PreparedImage> prepared, ExtractionListener listener) {
    List<FloatImage> inputs = new ArrayList<>();
    for (PreparedImage each : prepared) {
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
    for (PreparedImage each : prepared) {
      CheckpointFormatException problem = each.problem();
      if (problem == null) {
        entries.add(JournalEntry.of(each.image(), finite(features[row++], each.image().name())));
      } else {
        JournalEntry entry =
            JournalEntry.skipped(each.image(), String.valueOf(problem.getMessage()));
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
