package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.run.ClipResult;
import io.github.espalier.examples.study.run.ConfigurationResult;
import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a reader has to know to judge the numbers of a study. */
final class Notes {
  private Notes() {}

  static List<String> of(StudyResult result) {
    List<String> notes = new ArrayList<>();
    Findings.basis(result).ifPresent(notes::add);
    Findings.besideThePaper(result).ifPresent(notes::add);
    Curve.dense(result).ifPresent(dense -> scores(notes, dense));
    for (ConfigurationResult each : result.configurations()) {
      if (each.failure() != null) {
        notes.add("No images of " + each.label() + ": " + each.failure() + ".");
      }
    }
    notes.add(
        "Sparsity has three denominators: the weights that an experiment selects, all parameters"
            + " of the part, and all parameters of the model. Numerators are the same zeros.");
    if (PublishedScores.of(result).isPresent()) {
      notes.add(
          "This model has the size of Stable Diffusion 2. Published scores are those of Ramesh and"
              + " Zhao (arXiv 2411.15113): of Stable Diffusion 2, whose release they do not state,"
              + " with other images of other seeds.");
    }
    return notes;
  }

  private static void scores(List<String> notes, ConfigurationResult dense) {
    ClipResult clip = dense.clip();
    if (clip == null) {
      notes.add("Each score is of " + dense.images() + " images.");
    } else {
      notes.add(
          String.format(
              Locale.ROOT,
              "CLIPScore is the mean cosine of image and caption by the judge, higher is better;"
                  + " bands are its %.0f %% confidence interval by bootstrap.",
              100 * clip.level()));
    }
    DistanceResult distance = dense.distance();
    if (distance == null) {
      return;
    }
    String name = distance.fid() ? "FID" : "The Fréchet distance";
    notes.add(
        name
            + " compares all images of a model with the references, lower is better; it has no"
            + " interval. What it is computed from stands in the protocol.");
    Double bias = distance.expectedBias();
    if (bias != null) {
      notes.add(
          "Of that many images, even images of the same kind as the references would be at a distance"
              + " of about "
              + Numbers.distance(bias)
              + ".");
    }
  }
}
