package io.github.espalier.examples.study.plan;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.examples.study.plan.WantedScores.Distance;
import io.github.espalier.metrics.protocol.FidProtocol;
import io.github.espalier.sd2.json.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads plans. */
final class PlanReader {
  static final String TEXT = StudyPart.TEXT.key();
  static final String UNET = StudyPart.UNET.key();

  private static final Set<String> PLAN =
      Set.of(
          "name",
          "captions",
          "images",
          "firstSeed",
          "sampling",
          "scores",
          "calibration",
          "experiments");

  private static final Set<String> EXPERIMENT =
      Set.of("id", "title", TEXT, UNET, "sparsities", "pairs", "ratios", "descent");

  private static final Set<String> RECIPE =
      Set.of(
          "method",
          "options",
          "pattern",
          "allocation",
          "allocationOptions",
          "selection",
          "sequential",
          "packages");

  private PlanReader() {}

  static StudyPlan read(Path file) throws IOException {
    return plan(PlanElement.of(JsonFile.read(file)));
  }

  static StudyPlan plan(PlanElement root) {
    root.requireKeys(PLAN);
    String name = root.at("name").text();
    Optional<Path> captions = file(root, "captions");
    int images = root.at("images").count();
    long firstSeed = root.find("firstSeed").map(PlanElement::wholeNumber).orElse(0L);
    Sampling sampling =
        root.find("sampling").map(PlanReader::sampling).orElseGet(Sampling::withDefaults);
    WantedScores scores =
        root.find("scores").map(PlanReader::scores).orElseGet(WantedScores::withDefaults);
    CalibrationPlan calibration =
        root.find("calibration")
            .map(PlanReader::calibration)
            .orElseGet(CalibrationPlan::withDefaults);
    List<Experiment> experiments = new ArrayList<>();
    root.find("experiments")
        .ifPresent(all -> all.items().forEach(each -> experiments.add(experiment(each))));
    return root.checked(
        () ->
            new StudyPlan(
                name, captions, images, firstSeed, sampling, scores, calibration, experiments));
  }

  /** Files are looked for beside the plan. */
  private static Optional<Path> file(PlanElement parent, String key) {
    Path folder = parent.file().file().toAbsolutePath().normalize().getParent();
    return parent
        .find(key)
        .map(each -> each.text(Path::of))
        .map(path -> folder == null ? path : folder.resolve(path).normalize());
  }

  private static Sampling sampling(PlanElement element) {
    element.requireKeys(Set.of("width", "height", "steps", "guidance", "scheduler"));
    Sampling usual = Sampling.withDefaults();
    OptionalInt width = count(element, "width");
    OptionalInt height = count(element, "height");
    int steps = element.find("steps").map(PlanElement::count).orElse(usual.steps());
    double guidance = element.find("guidance").map(PlanElement::number).orElse(usual.guidance());
    var scheduler = element.find("scheduler").map(each -> each.text(SchedulerNames::parse));
    return element.checked(() -> new Sampling(width, height, steps, guidance, scheduler));
  }

  private static OptionalInt count(PlanElement element, String key) {
    return element.has(key) ? OptionalInt.of(element.at(key).count()) : OptionalInt.empty();
  }

  private static WantedScores scores(PlanElement element) {
    element.requireKeys(
        Set.of("clipScore", "distance", "protocol", "judge", "inception", "references"));
    WantedScores usual = WantedScores.withDefaults();
    return new WantedScores(
        element.find("clipScore").map(PlanElement::flag).orElse(usual.clipScore()),
        element
            .find("distance")
            .map(each -> each.text(text -> ConstantNames.parse(Distance.values(), text)))
            .orElse(usual.distance()),
        element
            .find("protocol")
            .map(each -> each.text(text -> ConstantNames.parse(FidProtocol.values(), text)))
            .orElse(usual.protocol()),
        file(element, "judge"),
        file(element, "inception"),
        file(element, "references"));
  }

  private static CalibrationPlan calibration(PlanElement element) {
    element.requireKeys(Set.of("captions", "limit", "steps", "outputErrors"));
    CalibrationPlan usual = CalibrationPlan.withDefaults();
    return new CalibrationPlan(
        file(element, "captions"),
        element.find("limit").map(PlanElement::count).orElse(usual.limit()),
        element.find("steps").map(PlanElement::count).orElse(usual.steps()),
        element.find("outputErrors").map(PlanElement::flag).orElse(usual.outputErrors()));
  }

  private static Experiment experiment(PlanElement element) {
    element.requireKeys(EXPERIMENT);
    String id = element.at("id").text();
    String title = element.find("title").map(PlanElement::text).orElse(id);
    Optional<Recipe> text = element.find(TEXT).map(PlanReader::recipe);
    Optional<Recipe> unet = element.find(UNET).map(PlanReader::recipe);
    Sweep sweep = sweep(element);
    return element.checked(
        () -> {
          Experiment made = new Experiment(id, title, text, unet, sweep);
          made.points();
          return made;
        });
  }

  private static Recipe recipe(PlanElement element) {
    element.requireKeys(RECIPE);
    String method = element.at("method").text();
    Map<String, String> options =
        element.find("options").map(PlanElement::settings).orElse(Map.of());
    Optional<String> pattern = element.find("pattern").map(PlanElement::text);
    String allocation = element.find("allocation").map(PlanElement::text).orElse("uniform");
    Map<String, String> allocationOptions =
        element.find("allocationOptions").map(PlanElement::settings).orElse(Map.of());
    String selection = element.find("selection").map(PlanElement::text).orElse("paper");
    boolean sequential = element.find("sequential").map(PlanElement::flag).orElse(false);
    OptionalInt packages = count(element, "packages");
    return element.checked(
        () ->
            new Recipe(
                method,
                options,
                pattern,
                allocation,
                allocationOptions,
                selection,
                sequential,
                packages));
  }

  private static Sweep sweep(PlanElement element) {
    List<String> there =
        List.of("sparsities", "pairs", "ratios", "descent").stream().filter(element::has).toList();
    if (there.size() != 1) {
      throw CheckpointFormatException.of(
          element.file().file(),
          element.path()
              + ": found "
              + (there.isEmpty() ? "none" : String.join(" and ", there))
              + " of sparsities, pairs, ratios and descent, expected exactly one");
    }
    PlanElement found = element.at(there.get(0));
    return switch (there.get(0)) {
      case "sparsities" -> {
        List<Sparsity> values = found.sparsities();
        yield found.checked(() -> new Sweep.Single(values));
      }
      case "pairs" -> pairs(found);
      case "ratios" -> ratios(found);
      default -> descent(found);
    };
  }

  private static Sweep pairs(PlanElement element) {
    List<PlanElement> items = element.items();
    items.forEach(each -> each.requireKeys(Set.of(TEXT, UNET)));
    List<Sparsity> text = items.stream().map(each -> each.at(TEXT).sparsity()).toList();
    List<Sparsity> unet = items.stream().map(each -> each.at(UNET).sparsity()).toList();
    return element.checked(() -> new Sweep.Pairs(text, unet));
  }

  private static Sweep ratios(PlanElement element) {
    element.requireKeys(Set.of("textShares", "full", "textParameters", "unetParameters"));
    List<Sparsity> shares = element.at("textShares").sparsities();
    List<Sparsity> full = element.at("full").sparsities();
    long text =
        element.find("textParameters").map(PlanElement::wholeNumber).orElse(Sweep.Ratios.SD2_TEXT);
    long unet =
        element.find("unetParameters").map(PlanElement::wholeNumber).orElse(Sweep.Ratios.SD2_UNET);
    return element.checked(() -> new Sweep.Ratios(shares, full, text, unet));
  }

  private static Sweep descent(PlanElement element) {
    element.requireKeys(Set.of(TEXT, UNET, "step", "count"));
    Sparsity text = element.at(TEXT).sparsity();
    Sparsity unet = element.at(UNET).sparsity();
    Sparsity step = element.at("step").sparsity();
    int count = element.at("count").count();
    return element.checked(() -> new Sweep.Descent(text, unet, step, count));
  }
}
