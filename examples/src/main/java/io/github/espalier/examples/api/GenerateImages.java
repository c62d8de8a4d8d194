package io.github.espalier.examples.api;

import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.pipeline.TextToImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes two images of a prompt, with seeds 42 and 43. */
final class GenerateImages {
  private GenerateImages() {}

  public static void main(String[] args) throws IOException {
    String prompt = args[1];
    Path folder = Path.of(args[2]);
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(Path.of(args[0]));
        TextToImage pipeline = TextToImage.load(checkpoint)) {
      pipeline.generate(
          List.of(ImageRequest.of(prompt, 42), ImageRequest.of(prompt, 43)),
          GenerationSettings.withDefaults().withSteps(25),
          image -> {
            Path file = folder.resolve(image.request().seed() + ".png");
            PngFile.write(file, image.image(), Map.of("Prompt", prompt));
          });
    }
  }
}
