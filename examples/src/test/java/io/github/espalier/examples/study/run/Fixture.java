package io.github.espalier.examples.study.run;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.demo.DemoCheckpoint;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** A small study: a random checkpoint, a random judge, noise as references. */
final class Fixture {
  /** What all kinds of calibration are needed for, as small as can be. */
  private static final String PLAN =
      """
      {"name": "small", "captions": "captions.txt", "images": 3, "firstSeed": 5,
       "sampling": {"width": 16, "height": 16, "steps": 2, "guidance": 3, "scheduler": "ddim"},
       "scores": {"distance": "judge", "judge": "judge", "references": "references"},
       "calibration": {"captions": "captions.txt", "limit": 2, "steps": 1},
       "experiments": [
        {"id": "text", "text": {"method": "magnitude"}, "sparsities": [0.3, 0.6]},
        {"id": "wanda", "sparsities": [0.5],
         "text": {"method": "wanda", "sequential": true, "allocation": "owl"}},
        {"id": "unet", "unet": {"method": "obs-diff", "selection": "linear-no-time"},
         "sparsities": [0.5]},
        {"id": "both", "text": {"method": "magnitude"}, "unet": {"method": "magnitude"},
         "ratios": {"textShares": [0.5, 1], "full": [0, 0.2, 0.5]}}]}
      """;

  final Path folder;
  final Path checkpoint;
  final Path plan;

  Fixture(Path folder) throws IOException {
    this.folder = folder;
    checkpoint = folder.resolve("sd2");
    plan = folder.resolve("plan.json");
    DemoCheckpoint.unpack(checkpoint, true);
    RandomClip.write(folder.resolve("judge"), 1);
    Files.writeString(folder.resolve("captions.txt"), "a red circle\na blue square\n");
    Files.writeString(plan, PLAN);
    Files.createDirectories(folder.resolve("references"));
    Random random = new Random(3);
    for (int i = 0; i < 5; i++) {
      byte[] pixels = new byte[16 * 16 * 3];
      random.nextBytes(pixels);
      Files.write(
          folder.resolve("references/" + i + ".png"),
          PngFile.encode(new RgbImage(16, 16, pixels), Map.of()));
    }
  }

  StudyPlan plan() throws IOException {
    return StudyPlan.read(plan);
  }

  StudyResult run(Path out, StudyListener listener, Cancellation cancellation) throws IOException {
    return run(plan(), out, listener, cancellation);
  }

  StudyResult run(StudyPlan read, Path out, StudyListener listener, Cancellation cancellation)
      throws IOException {
    try (Sd2Checkpoint opened = Sd2Checkpoint.open(checkpoint)) {
      return Study.run(
          opened, read, out, StudyOptions.withDefaults().withKeepImages(2), listener, cancellation);
    }
  }

  /** A result's JSON but for what differs from run to run. */
  static String withoutTimes(StudyResult result) {
    String json = result.toJson();
    return json.substring(0, json.indexOf("\"times\""));
  }
}
