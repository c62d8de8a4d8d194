package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.RewriteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Converts checkpoints between the two layouts. No weight changes: q, k and v are cut out of the
 * fused attention projection or joined into it, and the VAE's attention matrices get or lose two
 * dimensions of 1.
 *
 * <p>A single file holds more than a folder has names for (the unused last block of OpenCLIP's text
 * encoder, the noise schedule). On the way to a folder that is kept in {@value
 * FolderWriter#EXTRAS_FILE}, which diffusers ignores and the way back reads; without it a single
 * file is written with a computed schedule and without the unused block, which no loader needs.
 *
 * <p>Stateless.
 */
public final class Sd2Converter {
  private Sd2Converter() {}

  /**
   * Writes a checkpoint in a layout. A sparse one becomes dense.
   *
   * @param source the checkpoint
   * @param layout the layout to write
   * @param target folder or file to create
   * @param options what the source does not say
   * @param progress told how many bytes were written since the last call
   * @return what the user should know about the result, in sentences
   * @throws IllegalArgumentException if the source has that layout and is dense already, or an
   *     option is missing
   * @throws IOException if reading or writing fails
   */
  public static List<String> convert(
      Sd2Checkpoint source,
      CheckpointLayout layout,
      Path target,
      ConversionOptions options,
      LongConsumer progress)
      throws IOException {
    if (source.layout() == layout) {
      return expand(source, target, options, progress);
    }
    return switch (layout) {
      case SINGLE_FILE -> SingleFileWriter.write(source, target, options, progress);
      case DIFFUSERS -> FolderWriter.write(source, target, options, progress);
    };
  }

  private static List<String> expand(
      Sd2Checkpoint source, Path target, ConversionOptions options, LongConsumer progress)
      throws IOException {
    if (source.contents().files().stream().noneMatch(SparseWeightFile.class::isInstance)) {
      throw new IllegalArgumentException(
          source.source() + " has the layout " + source.layout() + " already, and is dense");
    }
    RewriteOptions rewriteOptions =
        RewriteOptions.withDefaults().withOverwrite(options.overwrite());
    try (ModelRewrite rewrite = source.rewrite(target, List.of(), rewriteOptions)) {
      for (ModelRewrite.Copy copy : rewrite.copies()) {
        copy.run(progress);
      }
      rewrite.commit("{\"espalier\":\"" + EspalierVersion.current() + "\"}\n");
    }
    return List.of();
  }
}
