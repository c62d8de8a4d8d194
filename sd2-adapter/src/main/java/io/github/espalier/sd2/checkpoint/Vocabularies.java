package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.ClipVocabularyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Gives checkpoints CLIP's vocabulary. */
final class Vocabularies {
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
    Path folder = Files.createDirectories(root.resolve(FolderFiles.TOKENIZER_FOLDER));
    Files.write(folder.resolve(ClipVocabularyFiles.VOCABULARY), ClipVocabularyFiles.vocabulary());
    Files.write(folder.resolve(ClipVocabularyFiles.MERGES), ClipVocabularyFiles.merges());
    return true;
  }

  /** Returns the tokenizer that a single file's text encoder was trained with. */
  static ClipTokenizer bundledFor(Path file, TextEncoderConfig config) {
    if (config.vocabSize() != ClipVocabularyFiles.SIZE) {
      throw CheckpointFormatException.of(
          file,
          String.format(
              Locale.ROOT,
              "its text encoder has %,d tokens and CLIP's own vocabulary has %,d; a single file has"
                  + " no tokenizer of another size",
              config.vocabSize(),
              ClipVocabularyFiles.SIZE));
    }
    ClipTokenizer clips = ClipTokenizer.openAi().withMaxLength(config.maxPositionEmbeddings());
    String pad = FolderFiles.padToken(config);
    return clips.token(clips.padId()).equals(pad) ? clips : clips.withPadToken(pad);
  }
}
