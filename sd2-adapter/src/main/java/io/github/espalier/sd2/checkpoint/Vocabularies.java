package io.github.espalier.sd2.checkpoint;

import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.tokenizer.ClipVocabularyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives folders CLIP's vocabulary. */
final class Vocabularies {
  /** The tokenizer's folder in a diffusers folder. */
  static final String FOLDER = "tokenizer";

  private Vocabularies() {}

  /**
   * Writes the vocabulary, if the model has as many tokens as CLIP.
   *
   * @return whether it has
   */
  static boolean writeIfClips(ModelConfig config, Path root) throws IOException {
    if (config.textEncoder().vocabSize() != ClipVocabularyFiles.SIZE) {
      return false;
    }
    Path folder = Files.createDirectories(root.resolve(FOLDER));
    Files.write(folder.resolve(ClipVocabularyFiles.VOCABULARY), ClipVocabularyFiles.vocabulary());
    Files.write(folder.resolve(ClipVocabularyFiles.MERGES), ClipVocabularyFiles.merges());
    return true;
  }
}
