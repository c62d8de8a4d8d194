package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.examples.generate.ContactSheet;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import java.nio.file.Path;

/**
 * What a run did.
 *
 * @param out the folder
 * @param settings how images were made
 * @param run what was made
 * @param skipped how many images were there before
 * @param grid whether a contact sheet was written
 */
record GenerationSummary(
    Path out, RunSettings settings, GenerationRun run, int skipped, boolean grid) {
  String text() {
    StringBuilder text = new StringBuilder();
    if (run.finished() == 0) {
      text.append("All ").append(run.images()).append(" images were in ").append(out);
    } else {
      GenerationSettings generation = settings.generation();
      text.append(
          String.format(
              "Made %d %s of %dx%d pixels in %s: %s, %s an image, %,d U-Net calls",
              run.finished(),
              run.finished() == 1 ? "image" : "images",
              generation.width().orElseThrow(),
              generation.height().orElseThrow(),
              out,
              Figures.seconds(run.seconds()),
              Figures.seconds(run.seconds() / run.finished()),
              run.calls()));
    }
    text.append('.');
    if (grid) {
      text.append(System.lineSeparator())
          .append("Contact sheet: ")
          .append(out.resolve(ContactSheet.NAME));
    }
    return text.toString();
  }

  String json() {
    ObjectNode node =
        Json.object()
            .put("out", out.toString())
            .put("images", run.images())
            .put("made", run.finished())
            .put("skipped", skipped)
            .put("seconds", run.seconds())
            .put("unet_calls", run.calls())
            .put("grid", grid);
    if (run.finished() > 0) {
      node.put("seconds_per_image", run.seconds() / run.finished());
    }
    return Json.text(node);
  }
}
