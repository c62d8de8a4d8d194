package io.github.espalier.examples.generate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * All that images depend on besides prompt and seed.
 *
 * @param checkpoint name of the checkpoint, for people
 * @param checkpointHash what identifies its content
 * @param generation steps, guidance and size; the size is given
 * @param scheduler the scheduler in use
 * @param tokenizer the tokenizer in use
 */
public record RunSettings(
    String checkpoint,
    String checkpointHash,
    GenerationSettings generation,
    SchedulerConfig scheduler,
    ClipTokenizer tokenizer) {

  /** The settings as they stand in each line of the manifest; equal for images that go together. */
  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("checkpoint_sha256", checkpointHash)
        .put("width", width())
        .put("height", height())
        .put("steps", generation.steps())
        .put("guidance_scale", generation.guidanceScale())
        .put("eta", generation.eta())
        .put("scheduler", scheduler.kind().className())
        .put("timestep_spacing", scheduler.spacing().configName())
        .put("prediction_type", scheduler.predictionType().configName())
        .put("cleaning", tokenizer.cleaning().name().toLowerCase(Locale.ROOT))
        .put("bang", tokenizer.bang().name().toLowerCase(Locale.ROOT));
  }

  private int width() {
    return generation.width().orElseThrow();
  }

  private int height() {
    return generation.height().orElseThrow();
  }

  /** What a PNG file says about how it was made. */
  Map<String, String> texts(ImageRequest request) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("Software", "Espalier " + EspalierVersion.current());
    texts.put("Prompt", request.prompt());
    texts.put("Negative prompt", request.negativePrompt());
    texts.put("Seed", Long.toString(request.seed()));
    texts.put("Steps", Integer.toString(generation.steps()));
    texts.put("Guidance scale", Double.toString(generation.guidanceScale()));
    texts.put("Scheduler", scheduler.kind().className());
    texts.put("Timestep spacing", scheduler.spacing().configName());
    texts.put("Prediction type", scheduler.predictionType().configName());
    texts.put("Eta", Double.toString(generation.eta()));
    texts.put("Size", width() + "x" + height());
    texts.put("Checkpoint", checkpoint);
    texts.put("Checkpoint SHA-256", checkpointHash);
    return texts;
  }
}
