package io.github.espalier.sd2.calibration;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Component;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Calibrates the U-Net: makes images of captions, guided and step by step as the pipeline does but
 * for their decoding, and sums up the inputs of its layers. A sample is an image at one evaluation,
 * the prompt's and the negative prompt's each; a token is one of its pixels, text tokens or
 * positions of a convolution's kernel.
 *
 * <p>One shot unless {@link #withPackages} is asked for. Immutable; safe for use by many threads,
 * each with its own {@link Compute}, while the checkpoint is open.
 */
public final class UnetCalibration {
  private final UnetStages.Task task;

  private UnetCalibration(UnetStages.Task task) {
    this.task = task;
  }

  /**
   * Prepares to calibrate a folder's U-Net with its own tokenizer and scheduler.
   *
   * @param checkpoint a checkpoint in the diffusers layout, open while calibrations run
   * @return a calibration with the usual settings, one shot
   * @throws CheckpointFormatException if the checkpoint is a single file, which has no scheduler,
   *     or tokenizer or scheduler do not fit
   * @throws IOException if they cannot be read
   */
  public static UnetCalibration of(Sd2Checkpoint checkpoint) throws IOException {
    return of(checkpoint, checkpoint.tokenizer(), checkpoint.scheduler());
  }

  /**
   * Prepares to calibrate a U-Net.
   *
   * @param checkpoint a checkpoint, open while calibrations run
   * @param tokenizer turns captions into tokens; of the text encoder's vocabulary and length
   * @param scheduler takes the steps, unless the settings name another one
   * @return a calibration with the usual settings, one shot
   * @throws CheckpointFormatException if the tokenizer does not fit the text encoder, or the U-Net
   *     is not for images from text
   */
  public static UnetCalibration of(
      Sd2Checkpoint checkpoint, ClipTokenizer tokenizer, SchedulerConfig scheduler) {
    checkpoint.requireFit(tokenizer);
    int in = checkpoint.config().unet().inChannels();
    int out = checkpoint.config().unet().outChannels();
    if (in != out) {
      throw CheckpointFormatException.of(
          checkpoint.source(),
          "the U-Net reads "
              + in
              + " channels and makes "
              + out
              + ", as for inpainting; images from text need a U-Net with equally many");
    }
    return new UnetCalibration(
        new UnetStages.Task(
            checkpoint,
            tokenizer,
            scheduler.asStableDiffusionPipelineDoes(),
            CalibrationSettings.withDefaults(),
            UnetSettings.withDefaults(),
            1,
            null));
  }

  private UnetCalibration with(
      CalibrationSettings settings,
      UnetSettings sampling,
      int packages,
      @Nullable InMemoryPruning pruning) {
    return new UnetCalibration(
        new UnetStages.Task(
            task.checkpoint(),
            task.tokenizer(),
            task.scheduler(),
            settings,
            sampling,
            packages,
            pruning));
  }

  /**
   * Sets what is gathered.
   *
   * @param value the settings
   * @return a changed copy
   */
  public UnetCalibration withSettings(CalibrationSettings value) {
    return with(value, task.sampling(), task.packages(), task.pruning());
  }

  /**
   * Sets the sampling runs.
   *
   * @param value the settings
   * @return a changed copy
   */
  public UnetCalibration withSampling(UnetSettings value) {
    return with(task.settings(), value, task.packages(), task.pruning());
  }

  /**
   * Calibrates package by package, as OBS-Diff does (arXiv 2510.06751): the selected layers are cut
   * in the order of the network, and for each package all images are made while those before it are
   * pruned from their statistics, as they are stored.
   *
   * <p>Packages are cut so that the statistics of each take about equally much memory. Layers that
   * share an input, as do those of all blocks that read the text states or the time embedding,
   * belong to the package of the first of them.
   *
   * @param packages how many, at least 1
   * @param pruning how layers are pruned
   * @return a changed copy
   * @throws IllegalArgumentException if there are less than 1
   */
  public UnetCalibration withPackages(int packages, InMemoryPruning pruning) {
    if (packages < 1) {
      throw new IllegalArgumentException("packages is " + packages + ", but must be at least 1");
    }
    return with(task.settings(), task.sampling(), packages, pruning);
  }

  /**
   * Calibrates. If an earlier run with the same target was stopped, goes on where it last saved its
   * sums, in a folder beside the target whose name ends in {@code .partial}. A {@link
   * io.github.espalier.core.method.PruningException} would come again, so that it leaves no such
   * folder.
   *
   * @param compute does the work; its check may stop the run by an exception
   * @param captions the prompts
   * @param target the file of statistics, which appears when it is complete
   * @param overwrite whether a target that exists is replaced
   * @param listener hears of the progress
   * @throws IllegalArgumentException if no layer is selected, there are more packages than inputs,
   *     the settings do not fit the checkpoint, or the pattern of the pruning does not fit a layer
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
        new WantedLayers(task.checkpoint(), Sd2Checkpoint.UNET, task.settings().selection());
    if (task.pruning() != null) {
      task.pruning().requireFit(wanted.all());
    }
    Map<String, String> weights = new TreeMap<>();
    for (Component component : List.of(Sd2Checkpoint.TEXT_ENCODER, Sd2Checkpoint.UNET)) {
      weights.put(component.name(), CalibrationFingerprint.weightsOf(task.checkpoint(), component));
    }
    CalibrationFingerprint fingerprint =
        new CalibrationFingerprint(
            weights,
            captions.sha256(),
            captions.texts().size(),
            describe(wanted),
            Optional.ofNullable(task.pruning()).map(InMemoryPruning::describe));
    new CalibrationRun(compute, task.settings(), fingerprint, listener)
        .run(() -> new UnetStages(task, compute, captions, wanted, listener), target, overwrite);
  }

  private String describe(WantedLayers wanted) {
    return "U-Net; "
        + task.settings().describe()
        + " "
        + wanted.hash()
        + "; "
        + task.sampling()
        + "; "
        + task.scheduler()
        + "; "
        + task.tokenizer()
        + "; "
        + (task.pruning() == null ? "one shot" : task.packages() + " packages");
  }
}
