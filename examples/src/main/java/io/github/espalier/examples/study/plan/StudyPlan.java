package io.github.espalier.examples.study.plan;

import com.google.common.collect.ImmutableList;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a study does. Immutable.
 *
 * <p>Every configuration gets the same images: number <i>k</i>, from 0, is of caption <i>k</i>,
 * beginning anew where there are fewer captions, with the seed {@code firstSeed + k}.
 *
 * @param name of the plan, such as {@code paper}
 * @param captions a file of captions: one a line, COCO's {@code .json}, or {@code .jsonl} with a
 *     {@code prompt} in each line; those that ship with Espalier if empty
 * @param images of each configuration, from 1 to 100,000
 * @param firstSeed seed of the first image
 * @param sampling how images are made
 * @param scores how they are scored
 * @param calibration how the model is calibrated, where that is needed
 * @param experiments what is pruned; may be none, for studies that choose as they go
 */
public record StudyPlan(
    String name,
    Optional<Path> captions,
    int images,
    long firstSeed,
    Sampling sampling,
    WantedScores scores,
    CalibrationPlan calibration,
    List<Experiment> experiments) {
  private static final int MOST_IMAGES = 100_000;

  /**
   * Copies the list.
   *
   * @param name of the plan
   * @param captions a file of captions
   * @param images of each configuration
   * @param firstSeed seed of the first image
   * @param sampling how images are made
   * @param scores how they are scored
   * @param calibration how the model is calibrated
   * @param experiments what is pruned
   * @throws IllegalArgumentException if the number of images is out of range, or two experiments
   *     have the same name
   */
  public StudyPlan {
    experiments = ImmutableList.copyOf(experiments);
    if (images < 1 || images > MOST_IMAGES) {
      throw new IllegalArgumentException(
          "images is " + images + ", but must be from 1 to " + MOST_IMAGES);
    }
    Set<String> ids = new HashSet<>();
    for (Experiment each : experiments) {
      if (!ids.add(each.id())) {
        throw new IllegalArgumentException("two experiments have the id '" + each.id() + "'");
      }
    }
  }

  /**
   * Reads a plan.
   *
   * @param file a JSON object, see the plans that ship with Espalier
   * @return the plan; files that it names are looked for beside it
   * @throws io.github.espalier.core.model.CheckpointFormatException if it is none; the message has
   *     the path of the element at fault, such as {@code experiments[2].sparsities[0]}
   * @throws IOException if it cannot be read
   */
  public static StudyPlan read(Path file) throws IOException {
    return PlanReader.read(file);
  }

  /**
   * Reads a plan that is part of another file.
   *
   * @param json the plan's object, and the file that it is in
   * @return the plan
   * @throws io.github.espalier.core.model.CheckpointFormatException as for {@link #read}
   */
  public static StudyPlan of(JsonFile json) {
    return PlanReader.plan(PlanElement.of(json));
  }

  /**
   * Returns a plan that ships with Espalier.
   *
   * @param name one of {@link #builtInNames()}
   * @return the plan
   * @throws IllegalArgumentException if there is no such plan; the message lists them
   */
  public static StudyPlan builtIn(String name) {
    return BuiltInPlans.named(name);
  }

  /**
   * Returns the names of the plans that ship with Espalier.
   *
   * @return {@code paper}, {@code beyond} and {@code demo}
   */
  public static List<String> builtInNames() {
    return BuiltInPlans.NAMES;
  }

  /**
   * Returns the plan as JSON, every setting spelt out.
   *
   * @return an indented JSON object and a line break, the same for equal plans
   */
  public String toJson() {
    return PlanWriter.write(this, true);
  }

  /**
   * Returns what results depend on as JSON: the plan without the names of files, whose content
   * counts instead.
   *
   * @return an indented JSON object and a line break
   */
  public String toJsonWithoutFiles() {
    return PlanWriter.write(this, false);
  }

  /**
   * Returns the pruned models that the experiments need.
   *
   * @return each once: the dense model, then the others in the order of the experiments
   */
  public List<Configuration> configurations() {
    Set<Configuration> all = new LinkedHashSet<>();
    all.add(Configuration.DENSE);
    for (Experiment experiment : experiments) {
      experiment.points().forEach(point -> point.configuration().ifPresent(all::add));
    }
    return new ArrayList<>(all);
  }

  /**
   * Sets the captions.
   *
   * @param file one a line, or COCO's JSON
   * @return a changed copy
   */
  public StudyPlan withCaptions(Path file) {
    return new StudyPlan(
        name, Optional.of(file), images, firstSeed, sampling, scores, calibration, experiments);
  }

  /**
   * Sets the number of images of each configuration.
   *
   * @param value from 1 to 100,000
   * @return a changed copy
   */
  public StudyPlan withImages(int value) {
    return new StudyPlan(
        name, captions, value, firstSeed, sampling, scores, calibration, experiments);
  }

  /**
   * Sets the seed of the first image.
   *
   * @param value the seed
   * @return a changed copy
   */
  public StudyPlan withFirstSeed(long value) {
    return new StudyPlan(name, captions, images, value, sampling, scores, calibration, experiments);
  }

  /**
   * Sets how images are made.
   *
   * @param value the settings
   * @return a changed copy
   */
  public StudyPlan withSampling(Sampling value) {
    return new StudyPlan(
        name, captions, images, firstSeed, value, scores, calibration, experiments);
  }

  /**
   * Sets how images are scored.
   *
   * @param value the settings
   * @return a changed copy
   */
  public StudyPlan withScores(WantedScores value) {
    return new StudyPlan(
        name, captions, images, firstSeed, sampling, value, calibration, experiments);
  }

  /**
   * Sets how the model is calibrated.
   *
   * @param value the settings
   * @return a changed copy
   */
  public StudyPlan withCalibration(CalibrationPlan value) {
    return new StudyPlan(name, captions, images, firstSeed, sampling, scores, value, experiments);
  }

  /**
   * Sets the experiments.
   *
   * @param value what is pruned
   * @return a changed copy
   * @throws IllegalArgumentException if two have the same name
   */
  public StudyPlan withExperiments(List<Experiment> value) {
    return new StudyPlan(name, captions, images, firstSeed, sampling, scores, calibration, value);
  }
}
