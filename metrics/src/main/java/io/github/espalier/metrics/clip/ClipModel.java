package io.github.espalier.metrics.clip;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.metrics.resize.FloatImage;
import io.github.espalier.sd2.clip.ClipTextEncoder;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.Linear;
import io.github.espalier.sd2.safetensors.Safetensors;
import io.github.espalier.sd2.safetensors.TensorStore;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CLIP model: its towers for images and texts, their projections, and what prepares images and
 * texts for them.
 *
 * <p>An embedding is the projection of the class token's or the end token's last state, divided by
 * its Euclidean norm, so that the cosine of two is their scalar product. Each image and each text
 * is run by itself, so that an embedding does not depend on what else is embedded, nor on the
 * number of threads. Source: Radford et al., "Learning Transferable Visual Models From Natural
 * Language Supervision", arXiv 2103.00020, section 2.
 *
 * <p>Weights of any floating type are held as binary32 in native memory: 4 bytes for each
 * parameter. Immutable; safe for use by many threads, each with its own {@link Compute}, until
 * closed. The methods {@code with...} return another view of the same weights; closing any of them
 * closes all.
 */
public final class ClipModel implements AutoCloseable {
  private final Path source;
  private final ClipLayout layout;
  private final ClipConfig config;
  private final ClipTokenizer tokenizer;
  private final ClipPreprocess preprocess;
  private final String fingerprint;
  private final ClipTensors tensors;
  private final Towers towers;

  /** What has weights. */
  private record Towers(
      ClipTextEncoder text,
      Linear textProjection,
      ClipVisionEncoder vision,
      Linear visionProjection) {
    static Towers load(ClipConfig config, ClipTensors tensors) throws IOException {
      int dim = config.projectionDim();
      return new Towers(
          ClipTextEncoder.load(config.text(), tensors),
          Linear.loadWithoutBias(tensors, "text_projection", config.text().hiddenSize(), dim),
          ClipVisionEncoder.load(config.vision(), tensors),
          Linear.loadWithoutBias(tensors, "visual_projection", config.vision().hiddenSize(), dim));
    }
  }

  private ClipModel(ClipModel other, ClipPreprocess preprocess) {
    source = other.source;
    layout = other.layout;
    config = other.config;
    tokenizer = other.tokenizer;
    fingerprint = other.fingerprint;
    tensors = other.tensors;
    towers = other.towers;
    this.preprocess = preprocess;
  }

  private ClipModel(Path path, TensorStore store) throws IOException {
    source = path;
    layout = ClipFiles.layout(path, store);
    Path folder = ClipFiles.folder(path);
    switch (layout) {
      case TRANSFORMERS -> {
        config = TransformersConfig.read(folder.resolve(TransformersConfig.NAME));
        preprocess = TransformersConfig.preprocess(folder, config.vision().imageSize());
      }
      case OPEN_CLIP -> {
        OpenClipConfig read = OpenClipConfig.read(folder.resolve(OpenClipConfig.NAME));
        config = read.config();
        preprocess = read.preprocess();
      }
      default -> {
        config = OpenAiSizes.of(path, store);
        preprocess = ClipPreprocess.openAi(config.vision().imageSize());
      }
    }
    tokenizer = ClipFiles.tokenizer(path, layout, config.text());
    requireSameEnd();
    String prefix = store.contains("text.token_embedding.weight") ? "text." : "";
    tensors =
        new ClipTensors(path, store, new ClipNames(layout != ClipLayout.TRANSFORMERS, prefix));
    try {
      towers = Towers.load(config, tensors);
      tensors.requireAllUsed();
      fingerprint = ClipFiles.fingerprint(path, store);
    } catch (IOException | RuntimeException | Error e) {
      tensors.close();
      throw e;
    }
  }

  private void requireSameEnd() {
    if (config.endId().isPresent() && config.endId().getAsInt() != tokenizer.endId()) {
      throw CheckpointFormatException.of(
          ClipFiles.folder(source),
          "has a tokenizer that ends texts with token "
              + tokenizer.endId()
              + ", expected the configuration's eos_token_id "
              + config.endId().getAsInt());
    }
  }

  /**
   * Opens a model and reads its weights.
   *
   * <p>Of a folder, the weights are {@code model.safetensors}, the shards of {@code
   * model.safetensors.index.json}, {@code open_clip_model.safetensors}, or else its only
   * safetensors file. The names of the tensors say whether they are transformers', which need
   * {@code config.json} beside them; others are OpenCLIP's if {@code open_clip_config.json} is
   * beside them, and OpenAI's if not. OpenCLIP's activation is the exact GELU unless {@code
   * quick_gelu} is set, or not set and the folder's name has {@code quickgelu} in it. A vocabulary
   * of CLIP's size need not be there.
   *
   * @param path a folder, a safetensors file, or an index of several
   * @return the model
   * @throws CheckpointFormatException if a file is malformed, a configuration asks for what is not
   *     supported, or a tensor is missing, of another shape or type than the sizes say, or of no
   *     use in a model of these sizes; the message names file and tensor
   * @throws IOException if a file is missing or cannot be read
   */
  public static ClipModel open(Path path) throws IOException {
    Path weights = ClipFiles.weights(path);
    try (TensorStore store = Safetensors.open(weights)) {
      return new ClipModel(weights, store);
    }
  }

  /**
   * Sets how images are prepared, such as by {@link ClipFraming#CMMD}.
   *
   * @param value the preprocessing, of the image tower's size
   * @return a view of this model with that option
   * @throws IllegalArgumentException if the size is another
   */
  public ClipModel withPreprocess(ClipPreprocess value) {
    if (value.size() != config.vision().imageSize()) {
      throw new IllegalArgumentException(
          "images of "
              + value.size()
              + " pixels do not fit an image tower for "
              + config.vision().imageSize());
    }
    return new ClipModel(this, value);
  }

  /**
   * Returns where the weights were read.
   *
   * @return the file, or the index of several
   */
  public Path source() {
    return source;
  }

  /**
   * Returns which program's layout the files have.
   *
   * @return the layout
   */
  public ClipLayout layout() {
    return layout;
  }

  /**
   * Returns the model's sizes.
   *
   * @return the configuration
   */
  public ClipConfig config() {
    return config;
  }

  /**
   * Returns what prepares texts.
   *
   * @return the tokenizer, of the text tower's length
   */
  public ClipTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Returns what prepares images.
   *
   * @return the preprocessing
   */
  public ClipPreprocess preprocess() {
    return preprocess;
  }

  /**
   * Identifies the model by the content of its files: weights, configurations and vocabulary.
   *
   * @return 64 hexadecimal digits, a SHA-256; the same wherever the files are and, but for shards,
   *     whatever the file of weights is called
   */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Embeds images.
   *
   * @param compute does the work
   * @param images images of any sizes
   * @return for each its embedding, of {@link ClipConfig#projectionDim} numbers and norm 1 up to
   *     rounding to binary32
   * @throws IllegalArgumentException if an image is more than 100 times as long as wide or the
   *     other way round
   * @throws IllegalStateException if an embedding is zero or not finite, and has no direction
   */
  public List<float[]> embedImages(Compute compute, List<RgbImage> images) {
    List<float[]> embeddings = new ArrayList<>(images.size());
    for (RgbImage image : images) {
      embeddings.add(embedImage(compute, image));
    }
    return embeddings;
  }

  /**
   * Embeds an image.
   *
   * @param compute does the work
   * @param image an image of any size
   * @return its embedding, as {@link #embedImages} has it
   * @throws IllegalArgumentException as for {@link #embedImages}
   * @throws IllegalStateException as for {@link #embedImages}
   */
  public float[] embedImage(Compute compute, RgbImage image) {
    return embedPixels(compute, preprocess.apply(image));
  }

  /**
   * Embeds an image that is prepared already.
   *
   * @param compute does the work
   * @param prepared what {@link ClipPreparation#prepare} makes with this model's size
   * @return its embedding, as {@link #embedImages} has it
   * @throws IllegalArgumentException if it is of another size
   * @throws IllegalStateException as for {@link #embedImages}
   */
  public float[] embedPrepared(Compute compute, FloatImage prepared) {
    int size = config.vision().imageSize();
    if (prepared.channels() != 3 || prepared.width() != size || prepared.height() != size) {
      throw new IllegalArgumentException(
          "the prepared image has "
              + prepared.channels()
              + " channels of "
              + prepared.width()
              + "x"
              + prepared.height()
              + ", expected 3 of "
              + size
              + "x"
              + size);
    }
    return embedPixels(compute, ClipPreparation.pixels(prepared));
  }

  /** Embeds what {@link ClipPreprocess#apply} makes. */
  private float[] embedPixels(Compute compute, float[] pixels) {
    FloatMatrix pooled = towers.vision.forward(compute, List.of(pixels));
    FloatMatrix projected = towers.visionProjection.forward(compute, pooled, 1);
    compute.release(pooled);
    float[] embedding = normalised(projected.toArray());
    compute.release(projected);
    return embedding;
  }

  /**
   * Embeds a text. A text that is too long loses its end, never the end token; {@link #tokenizer}
   * tells.
   *
   * @param compute does the work
   * @param text any text
   * @return its embedding, of {@link ClipConfig#projectionDim} numbers and norm 1 up to rounding to
   *     binary32
   * @throws IllegalStateException if the embedding is zero or not finite, and has no direction
   */
  public float[] embedText(Compute compute, String text) {
    return embedText(compute, tokenizer.encode(text));
  }

  /**
   * Embeds a text that has been tokenized.
   *
   * @param compute does the work
   * @param tokens by the model's own {@link #tokenizer}
   * @return its embedding, as {@link #embedText(Compute, String)} has it
   * @throws IllegalArgumentException if there are more tokens than positions, or other ids than the
   *     vocabulary has
   * @throws IllegalStateException as for {@link #embedText(Compute, String)}
   */
  public float[] embedText(Compute compute, Tokens tokens) {
    // States see no later ones, so that neither padding nor what follows the pooled one matters.
    int[] ids = tokens.ids().stream().mapToInt(Integer::intValue).limit(tokens.length()).toArray();
    FloatMatrix states = towers.text.forward(compute, List.of(ids));
    FloatMatrix pooled = states.rows(config.pooledPosition(ids), 1);
    FloatMatrix projected = towers.textProjection.forward(compute, pooled, 1);
    compute.release(states);
    float[] embedding = normalised(projected.toArray());
    compute.release(projected);
    return embedding;
  }

  private static float[] normalised(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double norm = Math.sqrt(squares);
    if (norm == 0 || !Double.isFinite(norm)) {
      throw new IllegalStateException("an embedding of norm " + norm + " has no direction");
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / norm);
    }
    return vector;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    tensors.close();
  }

  @Override
  public String toString() {
    return "CLIP of " + layout + " at " + source;
  }
}
