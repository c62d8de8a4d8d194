package io.github.espalier.metrics.clip;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.safetensors.TensorStore;
import io.github.espalier.sd2.tokenizer.BangPolicy;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.ClipVocabularyFiles;
import io.github.espalier.sd2.tokenizer.TextCleaning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Finds the files of a CLIP model, and which layout they have. */
final class ClipFiles {
  private static final String SUFFIX = ".safetensors";
  private static final String OPEN_CLIP = "open_clip";
  private static final String MERGES = ClipVocabularyFiles.MERGES;
  private static final String TOKENIZER = "tokenizer.json";
  private static final List<String> BESIDE =
      List.of(
          "preprocessor_config.json",
          "processor_config.json",
          ClipVocabularyFiles.VOCABULARY,
          MERGES,
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json");

  /** Tried in this order. */
  private static final List<String> WEIGHTS =
      List.of("model" + SUFFIX, "model" + SUFFIX + ".index.json", OPEN_CLIP + "_model" + SUFFIX);

  private static final int PIECE = 1 << 20;

  private ClipFiles() {}

  /** Finds the file with the weights, or the index of several. */
  static Path weights(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      return path;
    }
    for (String name : WEIGHTS) {
      if (Files.exists(path.resolve(name))) {
        return path.resolve(name);
      }
    }
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(path)) {
      files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(found::add);
    }
    if (found.size() == 1) {
      return found.get(0);
    }
    throw CheckpointFormatException.of(
        path,
        "has "
            + found.size()
            + " files that end in "
            + SUFFIX
            + ", expected "
            + String.join(" or ", WEIGHTS)
            + ", or one; PyTorch's own files are to be converted first");
  }

  /** The folder that a file is in. */
  static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  static ClipLayout layout(Path weights, TensorStore store) {
    if (store.contains("vision_model.embeddings.class_embedding")) {
      return ClipLayout.TRANSFORMERS;
    }
    boolean vision = store.contains("visual.conv1.weight");
    if (!vision && store.names().stream().noneMatch(name -> name.startsWith("visual."))) {
      throw CheckpointFormatException.of(
          weights,
          "has neither 'vision_model.embeddings.class_embedding' nor 'visual.conv1.weight',"
              + " expected the image and text towers of a CLIP model");
    }
    if (Files.exists(folder(weights).resolve(OpenClipConfig.NAME))) {
      return ClipLayout.OPEN_CLIP;
    }
    if (weights.getFileName().toString().startsWith(OPEN_CLIP)) {
      throw CheckpointFormatException.of(
          weights, "has no " + OpenClipConfig.NAME + " beside it, which says its activation");
    }
    return ClipLayout.OPENAI;
  }

  static ClipTokenizer tokenizer(Path weights, ClipLayout layout, TextEncoderConfig sizes)
      throws IOException {
    Path folder = folder(weights);
    boolean usual = sizes.vocabSize() == ClipVocabularyFiles.SIZE;
    boolean own =
        Files.exists(folder.resolve(TOKENIZER))
            || Files.exists(folder.resolve(ClipVocabularyFiles.VOCABULARY));
    ClipTokenizer tokenizer;
    if (usual && (!own || layout != ClipLayout.TRANSFORMERS)) {
      tokenizer = layout.bundledTokenizer();
    } else if (layout == ClipLayout.TRANSFORMERS) {
      tokenizer = ClipTokenizer.read(folder);
    } else {
      tokenizer =
          ClipTokenizer.read(folder).withCleaning(TextCleaning.OPENAI).withBang(BangPolicy.AS_TEXT);
    }
    if (tokenizer.vocabularySize() > sizes.vocabSize()) {
      throw CheckpointFormatException.of(
          folder,
          "has a tokenizer of "
              + tokenizer.vocabularySize()
              + " tokens, expected at most the "
              + sizes.vocabSize()
              + " of the text tower");
    }
    return tokenizer.withMaxLength(sizes.maxPositionEmbeddings());
  }

  /** SHA-256 of everything that a model is read from, whatever the files are called. */
  static String fingerprint(Path weights, TensorStore store) throws IOException {
    List<Path> files = new ArrayList<>();
    store.files().stream().map(SafetensorsFile::path).forEach(files::add);
    Path folder = folder(weights);
    files.add(folder.resolve(TransformersConfig.NAME));
    files.add(folder.resolve(OpenClipConfig.NAME));
    BESIDE.forEach(name -> files.add(folder.resolve(name)));
    MessageDigest digest = sha256();
    byte[] piece = new byte[PIECE];
    for (Path file : files) {
      long size = Files.exists(file) ? Files.size(file) : -1;
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(size).flip());
      if (size >= 0) {
        try (InputStream in = Files.newInputStream(file)) {
          for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            digest.update(piece, 0, read);
          }
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
