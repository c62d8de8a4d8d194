package io.github.espalier.sd2.pipeline;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.ModelIndex;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes images of captions with a checkpoint of Stable Diffusion 1 or 2.
 *
 * <pre>{@code
 * try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(Path.of("stable-diffusion-2"));
 *     TextToImage pipeline = TextToImage.load(checkpoint)) {
 *   pipeline.generate(
 *       List.of(ImageRequest.of("a tree against a wall", 42)),
 *       GenerationSettings.withDefaults(),
 *       image -> ImageIO.write(image.image().toBufferedImage(), "png", file));
 * }
 * }</pre>
 *
 * <p>The networks are read into memory as binary32 numbers: 6.8 GB for SD 2. Images agree with
 * those of diffusers on a CPU to within the rounding of binary32, since noise, schedulers and every
 * layer do.
 *
 * <p>Runs one {@link #generate} at a time; safe for use by many threads, which then wait.
 */
public final class TextToImage implements AutoCloseable {
  private final Networks networks;
  private final ClipTokenizer tokenizer;
  private final SchedulerConfig scheduler;
  private final int threads;
  private final @Nullable TextStateCache textStates;

  private TextToImage(
      Networks networks,
      ClipTokenizer tokenizer,
      SchedulerConfig scheduler,
      int threads,
      @Nullable TextStateCache textStates) {
    this.textStates = textStates;
    this.networks = networks;
    this.tokenizer = tokenizer;
    this.scheduler = scheduler;
    this.threads = threads;
  }

  /**
   * Reads a folder's networks, its tokenizer and its scheduler.
   *
   * @param checkpoint a checkpoint in the diffusers layout; may be closed afterwards
   * @return a pipeline on all processors
   * @throws CheckpointFormatException if the checkpoint is a single file, which has no scheduler,
   *     or its files do not fit together
   * @throws IOException if it cannot be read
   */
  public static TextToImage load(Sd2Checkpoint checkpoint) throws IOException {
    return load(checkpoint, checkpoint.tokenizer(), checkpoint.scheduler());
  }

  /**
   * Reads a checkpoint's networks.
   *
   * @param checkpoint a checkpoint; may be closed afterwards
   * @param tokenizer turns prompts into tokens; of the text encoder's vocabulary and length, such
   *     as {@link Sd2Checkpoint#tokenizer()}
   * @param scheduler takes the steps, unless the settings name another one
   * @return a pipeline on all processors
   * @throws CheckpointFormatException if the checkpoint is for something else than images from
   *     text, the tokenizer does not fit the text encoder, or a file of weights was changed after
   *     it was opened, as far as the system can tell
   * @throws IOException if it cannot be read
   */
  public static TextToImage load(
      Sd2Checkpoint checkpoint, ClipTokenizer tokenizer, SchedulerConfig scheduler)
      throws IOException {
    return load(checkpoint, checkpoint, tokenizer, scheduler);
  }

  /**
   * Reads the networks of a checkpoint with other weights, such as those of a copy that was pruned
   * in memory.
   *
   * @param checkpoint a checkpoint, which says how the networks are built; may be closed afterwards
   * @param weights has the weights, under the names that they have in the checkpoint; may be closed
   *     afterwards
   * @param tokenizer turns prompts into tokens; of the text encoder's vocabulary and length
   * @param scheduler takes the steps, unless the settings name another one
   * @return a pipeline on all processors
   * @throws CheckpointFormatException as for {@link #load(Sd2Checkpoint, ClipTokenizer,
   *     SchedulerConfig)}
   * @throws IOException if weights cannot be read
   */
  public static TextToImage load(
      Sd2Checkpoint checkpoint,
      PrunableModel weights,
      ClipTokenizer tokenizer,
      SchedulerConfig scheduler)
      throws IOException {
    if (checkpoint.layout() != CheckpointLayout.SINGLE_FILE) {
      ModelIndex.read(checkpoint.source()).requireTextToImage();
    }
    checkpoint.requireFit(tokenizer);
    return new TextToImage(
        new Networks(checkpoint, weights),
        tokenizer,
        scheduler.asStableDiffusionPipelineDoes(),
        Runtime.getRuntime().availableProcessors(),
        null);
  }

  /**
   * Sets the number of threads. Images do not depend on it.
   *
   * @param value how many work at the same time, at least 1, whatever the batch
   * @return a pipeline with the same networks; closing either closes both
   * @throws IllegalArgumentException if there are less than 1
   */
  public TextToImage withThreads(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("threads is " + value + ", but must be at least 1");
    }
    return new TextToImage(networks, tokenizer, scheduler, value, textStates);
  }

  /**
   * Sets the tokenizer's options.
   *
   * @param value a tokenizer of the same vocabulary
   * @return a pipeline with the same networks; closing either closes both
   * @throws IllegalArgumentException if it has more tokens or longer texts
   */
  public TextToImage withTokenizer(ClipTokenizer value) {
    if (value.vocabularySize() > tokenizer.vocabularySize()
        || value.maxLength() > tokenizer.maxLength()) {
      throw new IllegalArgumentException(
          value + " does not fit the text encoder as " + tokenizer + " does");
    }
    return new TextToImage(networks, value, scheduler, threads, textStates);
  }

  /**
   * Remembers what the text encoder makes of prompts, and uses what is remembered. Images do not
   * depend on it.
   *
   * @param value a cache of states of the same text encoder
   * @return a pipeline with the same networks; closing either closes both
   */
  public TextToImage withTextStates(TextStateCache value) {
    return new TextToImage(networks, tokenizer, scheduler, threads, value);
  }

  /**
   * Returns the model's sizes.
   *
   * @return the configuration
   */
  public ModelConfig config() {
    return networks.config();
  }

  /**
   * Returns the tokenizer.
   *
   * @return the one that prompts are read with
   */
  public ClipTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Returns the scheduler that is used unless the settings name another one.
   *
   * @return its configuration, with what Stable Diffusion's pipeline overrides
   */
  public SchedulerConfig scheduler() {
    return scheduler;
  }

  /**
   * Makes images one after another.
   *
   * @param requests what to make
   * @param settings how
   * @param listener receives each image
   * @throws IllegalArgumentException if the settings do not fit the checkpoint or the scheduler
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   * @throws NonFiniteImageException if an image's values are no finite numbers
   * @throws IOException if the listener fails
   */
  public void generate(
      List<ImageRequest> requests, GenerationSettings settings, GenerationListener listener)
      throws IOException {
    generate(requests, settings, 1, listener, new Cancellation());
  }

  /**
   * Makes images, some of them at the same time.
   *
   * <p>Small networks gain from a batch, since each image then keeps a thread busy on its own;
   * large ones keep all threads busy with a single image. Each image of a batch has its own memory
   * for intermediate results.
   *
   * <p>An interrupt of the calling thread stops the generation as a cancellation does, and the
   * thread stays interrupted.
   *
   * @param requests what to make
   * @param settings how
   * @param batch how many are made at the same time, at least 1; no more than there are threads,
   *     which are divided among them. Where they do not divide evenly, some images have one more
   * @param listener receives each image
   * @param cancellation stops the generation, before the next residual or transformer block of a
   *     network
   * @throws IllegalArgumentException if the batch is less than 1, or the settings do not fit the
   *     checkpoint or the scheduler; nothing has been made then
   * @throws java.util.concurrent.CancellationException if it was cancelled or interrupted
   * @throws NonFiniteImageException if an image's values are no finite numbers
   * @throws IllegalStateException if the pipeline is closed, or a listener of it calls this
   * @throws IOException if the listener fails
   */
  public void generate(
      List<ImageRequest> requests,
      GenerationSettings settings,
      int batch,
      GenerationListener listener,
      Cancellation cancellation)
      throws IOException {
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", but must be at least 1");
    }
    networks.requireNoListener();
    synchronized (networks) {
      if (networks.isClosed()) {
        throw new IllegalStateException("the pipeline is closed");
      }
      ImageMaker maker = maker(settings);
      GenerationListener guarded = networks.guarding(listener);
      Batch.run(maker, List.copyOf(requests), batch, threads, guarded, cancellation);
    }
  }

  private ImageMaker maker(GenerationSettings settings) {
    GuidedSampling sampling =
        GuidedSampling.of(
            config(),
            networks.textEncoder(),
            networks.unet(),
            tokenizer,
            settings,
            scheduler,
            textStates);
    return new ImageMaker(networks, tokenizer, sampling);
  }

  /**
   * Frees the networks' memory, once a run has ended.
   *
   * @throws IllegalStateException if a listener of this pipeline calls this
   */
  @Override
  public void close() {
    networks.requireNoListener();
    synchronized (networks) {
      networks.close();
    }
  }
}
