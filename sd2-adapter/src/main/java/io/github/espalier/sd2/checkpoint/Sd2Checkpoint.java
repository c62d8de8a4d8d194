package io.github.espalier.sd2.checkpoint;

import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.text.NearestNames;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.Sd2Component;
import io.github.espalier.sd2.safetensors.TensorInfo;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A Stable Diffusion 2 checkpoint on disk: a diffusers folder or an original single file, dense or
 * in Espalier's sparse format. Checkpoints of SD 1.5, SD 2.1 and SD 2 inpainting open too.
 *
 * <p>Layers are named as in the diffusers layout, whatever the layout: {@code
 * unet/down_blocks.0.attentions.0.proj_in.weight}. Sizes come from the folder's configurations, or
 * from the shapes of a single file, and every tensor is checked against them.
 *
 * <p>Nothing is read but headers until weights are asked for. Safe for use by many threads while
 * open.
 */
public final class Sd2Checkpoint implements PrunableModel {
  /** CLIP's text transformer. */
  public static final Component TEXT_ENCODER = Sd2Component.TEXT_ENCODER.component();

  /** The denoising network. */
  public static final Component UNET = Sd2Component.UNET.component();

  /** The autoencoder between pixels and latents. */
  public static final Component VAE = Sd2Component.VAE.component();

  private static final List<String> PICKLES =
      List.of(".ckpt", ".bin", ".pt", ".pth", ".pkl", ".pickle");

  private final Path path;
  private final Contents contents;
  private final Map<Layer, LayerSource> sources;

  private Sd2Checkpoint(Path path, Contents contents) {
    this.path = path;
    this.contents = contents;
    this.sources =
        contents.sources().stream()
            .collect(ImmutableMap.toImmutableMap(LayerSource::layer, Function.identity()));
  }

  /**
   * Opens a checkpoint.
   *
   * @param path a diffusers folder, or an original single file ending in {@code .safetensors}
   * @return the checkpoint
   * @throws CheckpointFormatException if it is no such checkpoint, a file is malformed or missing,
   *     or a tensor's shape differs from the configuration
   * @throws IOException if it cannot be read
   */
  public static Sd2Checkpoint open(Path path) throws IOException {
    return open(path, "");
  }

  /**
   * Opens a variant of a checkpoint.
   *
   * @param path a diffusers folder, or an original single file
   * @param variant what stands before {@code .safetensors} in the file names, such as {@code fp16};
   *     empty for the plain files, or for the only variant if there are no plain files
   * @return the checkpoint
   * @throws CheckpointFormatException as for {@link #open(Path)}
   * @throws IOException if it cannot be read
   */
  public static Sd2Checkpoint open(Path path, String variant) throws IOException {
    if (Files.isDirectory(path)) {
      return new Sd2Checkpoint(path, FolderOpener.open(path, variant));
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file or folder");
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (PICKLES.stream().anyMatch(name::endsWith)) {
      throw CheckpointFormatException.of(
          path,
          "is a pickle, which can run any code when it is loaded, so Espalier does not; save it as"
              + " .safetensors first");
    }
    return new Sd2Checkpoint(path, SingleFileOpener.open(path));
  }

  /**
   * Returns how the checkpoint is laid out.
   *
   * @return the layout
   */
  public CheckpointLayout layout() {
    return contents.layout();
  }

  /**
   * Returns the model's sizes.
   *
   * @return read from the folder, or inferred from a single file's shapes
   */
  public ModelConfig config() {
    return contents.config();
  }

  /**
   * Returns what was assumed or ignored while opening.
   *
   * @return sentences for people; none for an ordinary folder
   */
  public List<String> notes() {
    return contents.notes();
  }

  /**
   * Returns the files of weights that are in use.
   *
   * @return their paths, in the order of the components
   */
  public List<Path> weightFiles() {
    return contents.files().stream().map(WeightFile::path).toList();
  }

  /**
   * Returns the tensors that are no part of any layer, such as a single file's noise schedule. A
   * pruned copy has them unchanged.
   *
   * @return views by the name that the file gives them; none for a folder
   */
  public Map<String, TensorData> otherTensors() {
    Set<String> used =
        contents.sources().stream()
            .map(source -> source.tensor().name())
            .collect(Collectors.toSet());
    Map<String, TensorData> others = new LinkedHashMap<>();
    if (layout() == CheckpointLayout.SINGLE_FILE) {
      WeightFile file = contents.files().get(0);
      for (TensorInfo tensor : file.header().tensors()) {
        if (!used.contains(tensor.name())) {
          others.put(tensor.name(), file.tensor(tensor.name()));
        }
      }
    }
    return others;
  }

  @Override
  public Path source() {
    return path;
  }

  @Override
  public List<Layer> layers() {
    return List.copyOf(sources.keySet());
  }

  @Override
  public TensorData weights(Layer layer) {
    return source(layer).data();
  }

  private LayerSource source(Layer layer) {
    LayerSource source = sources.get(layer);
    if (source == null) {
      throw new IllegalArgumentException(
          path
              + " has no layer "
              + layer.qualifiedName()
              + "; nearest: "
              + NearestNames.list(
                  layer.qualifiedName(),
                  sources.keySet().stream().map(Layer::qualifiedName).toList()));
    }
    return source;
  }

  @Override
  public ModelRewrite rewrite(Path target, List<Layer> pruned, RewriteOptions options)
      throws IOException {
    List<LayerSource> changed = pruned.stream().map(this::source).toList();
    return CheckpointRewrite.start(path, contents, changed, target, options);
  }

  /**
   * Returns the tokenizer for the text encoder. A folder has its own. A single file has none: for
   * it, this is CLIP's vocabulary, which ships with this library, with the pad token of the text
   * encoder's kind ({@link FolderFiles#padToken}) and as many tokens as it has positions.
   *
   * @return a tokenizer that cleans texts as diffusers does today
   * @throws CheckpointFormatException if the folder's files are malformed, or a single file's text
   *     encoder has another number of tokens than CLIP
   * @throws IOException if a file is missing or cannot be read
   */
  public ClipTokenizer tokenizer() throws IOException {
    return layout() == CheckpointLayout.SINGLE_FILE
        ? Vocabularies.bundledFor(path, config().textEncoder())
        : ClipTokenizer.read(path.resolve(FolderFiles.TOKENIZER_FOLDER));
  }

  /**
   * Returns the settings of the scheduler. A single file has none, and does not say what its U-Net
   * predicts.
   *
   * @return the folder's scheduler
   * @throws CheckpointFormatException if this is a single file, or the settings are malformed
   * @throws IOException if they are missing or cannot be read
   */
  public SchedulerConfig scheduler() throws IOException {
    if (layout() == CheckpointLayout.SINGLE_FILE) {
      throw CheckpointFormatException.of(
          path,
          "is a single file, which does not say what its U-Net predicts; give a scheduler with a"
              + " prediction type");
    }
    return SchedulerConfig.read(path.resolve(FolderFiles.SCHEDULER));
  }

  /**
   * Makes sure that a tokenizer makes no tokens that the text encoder has no embedding for.
   *
   * @param tokenizer turns texts into tokens
   * @throws CheckpointFormatException if it has more tokens than the text encoder, or makes more of
   *     a text
   */
  public void requireFit(ClipTokenizer tokenizer) {
    int vocabulary = config().textEncoder().vocabSize();
    int positions = config().textEncoder().maxPositionEmbeddings();
    if (tokenizer.vocabularySize() > vocabulary || tokenizer.maxLength() > positions) {
      throw CheckpointFormatException.of(
          path,
          "the tokenizer has "
              + tokenizer.vocabularySize()
              + " tokens and makes "
              + tokenizer.maxLength()
              + " of a text, but the text encoder has "
              + vocabulary
              + " and takes "
              + positions);
    }
  }

  /**
   * Makes sure that the files of weights seem to be what they were when they were opened, as far as
   * the system can tell. Called after the last read, this says whether all that was read belongs
   * together.
   *
   * @throws CheckpointFormatException if one was changed, replaced, moved or deleted
   * @throws IOException if its attributes cannot be read
   */
  public void requireUnchanged() throws IOException {
    for (WeightFile file : contents.files()) {
      file.requireUnchanged();
    }
  }

  Contents contents() {
    return contents;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (WeightFile file : contents.files()) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
