package io.github.espalier.examples.study.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.LayerResult;
import io.github.espalier.examples.study.run.Sparsities;
import io.github.espalier.examples.study.run.StudyResult;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Results of studies that were never run.
 *
 * @param text parameters of the text encoder, half of them selected
 * @param unet parameters of the U-Net, half of them selected
 * @param rest parameters of the VAE
 * @param scores what CLIPScore is
 */
record MadeUpStudy(long text, long unet, long rest, Scores scores) {
  /** A CLIPScore for each pair of sparsities. */
  interface Scores {
    /** No score is a failure. */
    @Nullable Double of(double text, double unet);
  }

  /** A model as large as Stable Diffusion 2. */
  static MadeUpStudy sd2(Scores scores) {
    return new MadeUpStudy(340_387_840, 865_910_724, 83_653_863, scores);
  }

  /** A model with 1,000 parameters in each part that is pruned. */
  static MadeUpStudy small(Scores scores) {
    return new MadeUpStudy(1000, 1000, 500, scores);
  }

  StudyResult of(StudyPlan plan) {
    List<ConfigurationResult> results = new ArrayList<>();
    for (Configuration each : plan.configurations()) {
      results.add(result(plan, each));
    }
    ObjectNode protocol = new ObjectMapper().createObjectNode();
    protocol.put("espalier", "made up");
    protocol.putObject("checkpoint").put("name", "made-up").put("sha256", "0".repeat(64));
    return new StudyResult(plan, protocol, results, Map.of());
  }

  private ConfigurationResult result(StudyPlan plan, Configuration configuration) {
    double ofText = sparsity(configuration.text());
    double ofUnet = sparsity(configuration.unet());
    Double score = scores.of(ofText, ofUnet);
    return new ConfigurationResult(
        configuration.id(),
        configuration.label(),
        sparsities(ofText, ofUnet),
        layers(ofText, ofUnet),
        plan.images(),
        "hash",
        List.of(),
        score == null ? null : clip(score, plan.images()),
        score == null
            ? null
            : new DistanceResult(1 - score, "Fréchet distance, made up", false, 256, 0.01),
        score == null ? "images are NaN" : null);
  }

  private static double sparsity(Optional<PrunedPart> part) {
    return part.map(each -> each.sparsity().fraction()).orElse(0.0);
  }

  private Sparsities sparsities(double ofText, double ofUnet) {
    long zeros = zeros(ofText, text) + zeros(ofUnet, unet);
    long selected = (ofText > 0 ? text / 2 : 0) + (ofUnet > 0 ? unet / 2 : 0);
    long all = text + unet + rest;
    return new Sparsities(
        ofText,
        ofText / 2,
        ofUnet,
        ofUnet / 2,
        selected == 0 ? 0 : (double) zeros / selected,
        (double) zeros / all,
        zeros,
        selected,
        all);
  }

  private static long zeros(double sparsity, long parameters) {
    return Math.round(sparsity * parameters / 2);
  }

  private List<LayerResult> layers(double ofText, double ofUnet) {
    List<LayerResult> layers = new ArrayList<>();
    if (ofText > 0) {
      layers.addAll(layers(StudyPart.TEXT, text / 2, ofText));
    }
    if (ofUnet > 0) {
      layers.addAll(layers(StudyPart.UNET, unet / 2, ofUnet));
    }
    return layers;
  }

  /** Two layers of half the weights each, one with a name that has to be quoted. */
  private static List<LayerResult> layers(StudyPart part, long weights, double sparsity) {
    List<LayerResult> layers = new ArrayList<>();
    for (String name : List.of("a|b,\"c\"", "<layer>")) {
      layers.add(
          new LayerResult(
              part.component().name(),
              name,
              weights / 2,
              Math.round(sparsity * weights / 2),
              sparsity,
              sparsity / 2));
    }
    return layers;
  }

  private static ClipResult clip(double mean, int pairs) {
    return new ClipResult(
        mean, mean - 0.01, mean + 0.01, 0.95, 1000, 0, pairs, 0.1, mean, mean, mean, mean, mean);
  }

  /** Writes the first images of each model into a study's folder. */
  static void writeImages(StudyResult result, Path folder, List<String> captions, int size)
      throws IOException {
    for (ConfigurationResult each : result.configurations()) {
      if (each.failure() == null) {
        Path images = Files.createDirectories(folder.resolve("images").resolve(each.id()));
        StringBuilder manifest = new StringBuilder();
        for (int i = 0; i < captions.size(); i++) {
          String file = String.format("%05d.png", i);
          ImageIO.write(image(size, each.sparsity()), "png", images.resolve(file).toFile());
          ObjectNode entry = new ObjectMapper().createObjectNode();
          entry
              .put("index", i)
              .put("file", file)
              .put("prompt", captions.get(i))
              .put("seed", i)
              .putObject("settings");
          manifest.append(entry).append('\n');
        }
        Files.writeString(images.resolve("manifest.jsonl"), manifest);
      }
    }
  }

  private static BufferedImage image(int size, Sparsities sparsity) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(40, 90, 160));
    graphics.fillRect(0, 0, size, size);
    graphics.setColor(Color.ORANGE);
    int left = (int) Math.round(size * (1 - sparsity.ofModel()));
    graphics.fillOval(0, 0, left, left);
    graphics.dispose();
    return image;
  }
}
