package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Calibrates the text encoder: runs it over captions and sums up the inputs of its layers. A sample
 * is a caption, a token one of its positions.
 *
 * <p>One shot unless {@link #withSequentialPruning} is asked for. Immutable; safe for use by many
 * threads, each with its own {@link Compute}, while the checkpoint is open.
 */
public final class TextCalibration {
  private final Sd2Checkpoint checkpoint;
  private final ClipTokenizer tokenizer;
  private final CalibrationSettings settings;
  private final boolean padTokens;
  private final Optional<InMemoryPruning> sequential;

  private TextCalibration(
      Sd2Checkpoint checkpoint,
      ClipTokenizer tokenizer,
      CalibrationSettings settings,
      boolean padTokens,
      Optional<InMemoryPruning> sequential) {
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.padTokens = padTokens;
    this.sequential = sequential;
  }

  /**
   * Prepares to calibrate a text encoder with the {@linkplain Sd2Checkpoint#tokenizer() tokenizer}
   * of its checkpoint.
   *
   * @param checkpoint a checkpoint, open while calibrations run
   * @return a calibration with the usual settings: one shot, pad tokens in
   * @throws CheckpointFormatException if the tokenizer is malformed or does not fit
   * @throws IOException if the tokenizer cannot be read
   */
  public static TextCalibration of(Sd2Checkpoint checkpoint) throws IOException {
    return of(checkpoint, checkpoint.tokenizer());
  }

  /**
   * Prepares to calibrate a text encoder.
   *
   * @param checkpoint a checkpoint, open while calibrations run
   * @param tokenizer turns captions into tokens; of the text encoder's vocabulary and length
   * @return a calibration with the usual settings: one shot, pad tokens in
   * @throws CheckpointFormatException if the tokenizer does not fit the text encoder
   */
  public static TextCalibration of(Sd2Checkpoint checkpoint, ClipTokenizer tokenizer) {
    checkpoint.requireFit(tokenizer);
    return new TextCalibration(
        checkpoint, tokenizer, CalibrationSettings.withDefaults(), true, Optional.empty());
  }

  /**
   * Sets what is gathered.
   *
   * @param value the settings
   * @return a changed copy
   */
  public TextCalibration withSettings(CalibrationSettings value) {
    return new TextCalibration(checkpoint, tokenizer, value, padTokens, sequential);
  }

  /**
   * Sets whether padding counts. It takes part in the encoder either way, as in Stable Diffusion,
   * and the paper counts it.
   *
   * @param value true, the default, to count all positions of a caption; false to count those of
   *     start, text and end alone
   * @return a changed copy
   */
  public TextCalibration withPadTokens(boolean value) {
    return new TextCalibration(checkpoint, tokenizer, settings, value, sequential);
  }

  /**
   * Calibrates block by block, as the paper does: statistics of a block are gathered while it is
   * dense and those before it are pruned; then it is pruned from these statistics, as they are
   * stored, and run again for the blocks after it.
   *
   * @param value how blocks are pruned; only the selected layers are
   * @return a changed copy
   */
  public TextCalibration withSequentialPruning(InMemoryPruning value) {
    return new TextCalibration(checkpoint, tokenizer, settings, padTokens, Optional.of(value));
  }

  /**
   * Calibrates. If an earlier run with the same target was stopped, goes on where it last saved its
   * sums, in a folder beside the target whose name ends in {@code .partial}. A {@link
   * io.github.espalier.core.method.PruningException} would come again, so that it leaves no such
   * folder.
   *
   * @param compute does the work; its check may stop the run by an exception
   * @param captions what to run
   * @param target the file of statistics, which appears when it is complete
   * @param overwrite whether a target that exists is replaced
   * @param listener hears of the progress
   * @throws IllegalArgumentException if no layer is selected, or the pattern of the pruning does
   *     not fit one
   * @throws CheckpointFormatException if the folder beside the target is of a calibration with
   *     other weights, captions or settings
   * @throws io.github.espalier.core.method.PruningException if an input is not finite, naming layer
   *     and caption, or a layer cannot be pruned
   * @throws java.nio.file.FileAlreadyExistsException if the target exists and may not be replaced
   * @throws IOException if reading or writing fails
   */
  public void run(
      Compute compute,
      Captions captions,
      Path target,
      boolean overwrite,
      CalibrationListener listener)
      throws IOException {
    WantedLayers wanted =
        new WantedLayers(checkpoint, Sd2Checkpoint.TEXT_ENCODER, settings.selection());
    sequential.ifPresent(pruning -> pruning.requireFit(wanted.all()));
    String component = Sd2Checkpoint.TEXT_ENCODER.name();
    CalibrationFingerprint fingerprint =
        new CalibrationFingerprint(
            Map.of(
                component,
                CalibrationFingerprint.weightsOf(checkpoint, Sd2Checkpoint.TEXT_ENCODER)),
            captions.sha256(),
            captions.texts().size(),
            describe(wanted),
            sequential.map(InMemoryPruning::describe));
    new CalibrationRun(compute, settings, fingerprint, listener)
        .run(() -> stages(compute, captions, wanted, listener), target, overwrite);
  }

  private CalibrationRun.Stages stages(
      Compute compute, Captions captions, WantedLayers wanted, CalibrationListener listener)
      throws IOException {
    TextBatches batches = new TextBatches(captions, tokenizer, padTokens, settings.saveEvery());
    return sequential.isPresent()
        ? SequentialTextStages.open(
            checkpoint, compute, batches, wanted, sequential.get(), listener)
        : OneShotText.open(checkpoint, compute, batches, wanted, listener);
  }

  private String describe(WantedLayers wanted) {
    return "text encoder; "
        + settings.describe()
        + " "
        + wanted.hash()
        + "; pad tokens "
        + (padTokens ? "in" : "out")
        + "; "
        + tokenizer
        + "; "
        + (sequential.isPresent() ? "sequential" : "one shot");
  }
}
