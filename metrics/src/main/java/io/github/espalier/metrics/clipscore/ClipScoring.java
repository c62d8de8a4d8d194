package io.github.espalier.metrics.clipscore;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.extract.ExtractionListener;
import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.reading.DecodingMemory;
import io.github.espalier.metrics.reading.ImageSource;
import io.github.espalier.metrics.reading.PreparedImage;
import io.github.espalier.metrics.reading.ReadAhead;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scores images in files by their captions. Images are read by threads of their own, a few ahead of
 * the model, and held as the squares that it sees.
 *
 * <p>Where scores are kept in a file, what is done is appended to a journal, {@code
 * TARGET.partial}; a run that stopped, even by being killed, goes on with it if model,
 * preprocessing, prefix, captions and images are the same, and then gives the same file, byte for
 * byte. From an image on that was skipped and has another content now, pairs are scored anew. The
 * file is written beside its target and moved into place. Immutable.
 */
public final class ClipScoring {
  private static final String JOURNAL_ENDING = ".partial";
  private static final int AHEAD = 8;

  private final ClipScorer scorer;
  private final ImageDecoder decoder;
  private final boolean skips;
  private final @Nullable DecodingMemory memory;

  private ClipScoring(
      ClipScorer scorer, ImageDecoder decoder, boolean skips, @Nullable DecodingMemory memory) {
    this.scorer = scorer;
    this.decoder = decoder;
    this.skips = skips;
    this.memory = memory;
  }

  /**
   * Makes a scoring that ends with an error at the first image that cannot be read.
   *
   * @param scorer scores a pair
   * @return a scoring
   */
  public static ClipScoring of(ClipScorer scorer) {
    return new ClipScoring(scorer, ImageDecoder.withDefaults(), false, null);
  }

  /**
   * Chooses how images are read.
   *
   * @param newDecoder has the limit of their size
   * @return a scoring with that decoder
   */
  public ClipScoring withDecoder(ImageDecoder newDecoder) {
    return new ClipScoring(scorer, newDecoder, skips, memory);
  }

  /**
   * Passes over files that are no images, damaged or too large, also for the heap, instead of
   * failing; the scores list them. Errors of the system still end the run.
   *
   * @return such a scoring
   */
  public ClipScoring skippingUnreadable() {
    return new ClipScoring(scorer, decoder, true, memory);
  }

  /**
   * Chooses how much memory images may take while they are read; large ones are then read fewer at
   * a time.
   *
   * @param newMemory the memory; without this, what the heap has
   * @return a scoring with that memory
   */
  public ClipScoring withMemory(DecodingMemory newMemory) {
    return new ClipScoring(scorer, decoder, skips, newMemory);
  }

  /**
   * Scores pairs without keeping a file.
   *
   * @param pairs images with captions
   * @param listener told of progress
   * @param cancellation stops the run
   * @return the scores, in the order of the pairs
   * @throws CheckpointFormatException if an image cannot be read; the message names the file
   * @throws IllegalArgumentException if there are no pairs, or all images were skipped
   * @throws IllegalStateException if an embedding is zero or not finite
   * @throws IOException if reading fails
   * @throws java.util.concurrent.CancellationException if the run was stopped
   */
  public ClipScores run(
      List<CaptionedFile> pairs, ExtractionListener listener, Cancellation cancellation)
      throws IOException {
    List<ScoreLine> lines = new ArrayList<>();
    listener.progress(0, pairs.size());
    try (ReadAhead<RgbImage> reader = reader(pairs)) {
      for (CaptionedFile pair : pairs) {
        lines.add(next(pair, reader, listener, cancellation));
        listener.progress(lines.size(), pairs.size());
      }
    }
    return ScoreFile.scores(scorer.protocol(), lines);
  }

  /**
   * Scores pairs and keeps the scores in a file, or goes on with a run that was stopped.
   *
   * @param pairs images with captions
   * @param target the file for the scores: a JSON object a line, the first of which says what made
   *     them
   * @param overwrite whether a file that exists is replaced
   * @param listener told of progress
   * @param cancellation stops the run; what is done stays in the journal
   * @return the scores, in the order of the pairs
   * @throws CheckpointFormatException if an image cannot be read, or the journal is of another run;
   *     the message names the file
   * @throws IllegalArgumentException if there are no pairs, or all images were skipped
   * @throws IllegalStateException if an embedding is zero or not finite
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws IOException if reading or writing fails
   * @throws java.util.concurrent.CancellationException if the run was stopped
   */
  public ClipScores run(
      List<CaptionedFile> pairs,
      Path target,
      boolean overwrite,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    Path journal = target.resolveSibling(target.getFileName() + JOURNAL_ENDING);
    ClipScores scores;
    try (StagedOutput output = StagedOutput.file(target, overwrite)) {
      ScoreHeader header = ScoreHeader.of(scorer.protocol(), pairs.size());
      try (ScoreFile file = ScoreFile.open(journal, header)) {
        file.keep(requireSame(journal, file.lines(), pairs, listener, cancellation));
        goOn(file, pairs, listener, cancellation);
        scores = ScoreFile.scores(scorer.protocol(), file.lines());
      }
      Files.copy(journal, output.staging(), StandardCopyOption.REPLACE_EXISTING);
      output.commit(true);
    }
    Files.deleteIfExists(journal);
    return scores;
  }

  private void goOn(
      ScoreFile file,
      List<CaptionedFile> pairs,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    listener.progress(file.lines().size(), pairs.size());
    List<CaptionedFile> rest = pairs.subList(file.lines().size(), pairs.size());
    try (ReadAhead<RgbImage> reader = reader(rest)) {
      for (CaptionedFile pair : rest) {
        file.append(next(pair, reader, listener, cancellation));
        listener.progress(file.lines().size(), pairs.size());
      }
    }
  }

  private ReadAhead<RgbImage> reader(List<CaptionedFile> pairs) {
    List<ImageSource> sources =
        pairs.stream().map(pair -> new ImageSource(pair.name(), pair.file())).toList();
    return new ReadAhead<>(
        sources,
        new FramedImage(scorer.protocol().preprocess()),
        decoder,
        Runtime.getRuntime().availableProcessors(),
        AHEAD,
        memory == null ? DecodingMemory.ofHeap(0) : memory);
  }

  /** Returns how many may stay: those before an image that was skipped and has been mended. */
  private int requireSame(
      Path journal,
      List<ScoreLine> lines,
      List<CaptionedFile> pairs,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    if (lines.size() > pairs.size()) {
      throw ScoreFile.ofAnotherRun(journal, "has more than " + pairs.size() + " pairs");
    }
    for (int i = 0; i < lines.size(); i++) {
      cancellation.check();
      ScoreLine line = lines.get(i);
      CaptionedFile pair = pairs.get(i);
      requireSame(journal, line, pair, i + 1);
      if (!line.sha256().equals(ReadAhead.hash(pair.file()))) {
        if (line.isSkipped()) {
          return i;
        }
        throw ScoreFile.ofAnotherRun(journal, "was begun with another content of " + pair.file());
      }
      if (line.isSkipped()) {
        if (!skips) {
          throw CheckpointFormatException.of(
              journal,
              "was begun by skipping images that cannot be read: " + line.skippedImage().reason());
        }
        listener.skipped(line.skippedImage());
      }
    }
    return lines.size();
  }

  private static void requireSame(Path journal, ScoreLine line, CaptionedFile pair, int number)
      throws IOException {
    if (!line.score().image().equals(pair.name())) {
      throw ScoreFile.ofAnotherRun(
          journal,
          "was begun with other images: number "
              + number
              + " was "
              + line.score().image()
              + ", not "
              + pair.name());
    }
    if (!line.score().caption().equals(pair.caption())) {
      throw ScoreFile.ofAnotherRun(journal, "was begun with another caption of " + pair.name());
    }
  }

  private ScoreLine next(
      CaptionedFile pair,
      ReadAhead<RgbImage> reader,
      ExtractionListener listener,
      Cancellation cancellation)
      throws IOException {
    cancellation.check();
    PreparedImage<RgbImage> image = reader.next();
    CheckpointFormatException problem = image.problem();
    if (problem == null) {
      PairScore score =
          scorer.score(pair.name(), Objects.requireNonNull(image.input()), pair.caption());
      return new ScoreLine(image.sha256(), score, Optional.empty());
    }
    if (!skips) {
      throw problem;
    }
    ScoreLine line = ScoreLine.skipped(image.sha256(), pair, String.valueOf(problem.getMessage()));
    listener.skipped(line.skippedImage());
    return line;
  }
}
