package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.generate.ImageFolder;
import io.github.espalier.examples.generate.RunSettings;
import io.github.espalier.sd2.pipeline.GeneratedImage;
import io.github.espalier.sd2.pipeline.GenerationListener;
import io.github.espalier.sd2.pipeline.GenerationSettings;
import io.github.espalier.sd2.pipeline.ImageRequest;
import io.github.espalier.sd2.pipeline.TextToImage;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the missing images of a folder, and counts. */
final class GenerationRun {
  private static final int LONGEST_QUOTE = 120;

  private final ImageFolder folder;
  private final List<ImageRequest> requests;
  private final List<Integer> missing;
  private int finished;
  private long calls;
  private double seconds;

  GenerationRun(ImageFolder folder, List<ImageRequest> requests, List<Integer> missing) {
    this.folder = folder;
    this.requests = requests;
    this.missing = missing;
  }

  int size() {
    return missing.size();
  }

  int images() {
    return requests.size();
  }

  int finished() {
    return finished;
  }

  long calls() {
    return calls;
  }

  double seconds() {
    return seconds;
  }

  int callsPerImage(RunSettings settings) {
    return settings
        .scheduler()
        .asStableDiffusionPipelineDoes()
        .sampler(settings.generation().steps())
        .calls();
  }

  /** A warning for each text of which only the beginning counts. */
  List<String> cutOff(ClipTokenizer tokenizer) {
    Set<String> texts = new LinkedHashSet<>();
    for (int index : missing) {
      texts.add(requests.get(index).prompt());
      texts.add(requests.get(index).negativePrompt());
    }
    List<String> warnings = new ArrayList<>();
    for (String text : texts) {
      Tokens tokens = tokenizer.encode(text);
      if (tokens.truncated()) {
        warnings.add(
            String.format(
                "warning: CLIP reads %d tokens at most; %,d of \"%s\" were cut off: \"%s\"",
                tokenizer.maxLength(),
                tokens.removed().size(),
                quote(text, LONGEST_QUOTE / 3),
                quote(tokens.removedText(), LONGEST_QUOTE)));
      }
    }
    return warnings;
  }

  private static String quote(String text, int longest) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    int end = line.length() > longest ? line.offsetByCodePoints(0, longest / 2) : line.length();
    return end == line.length() ? line : line.substring(0, end) + "...";
  }

  void start(
      TextToImage pipeline,
      GenerationSettings settings,
      int batch,
      StepDisplay display,
      Cancellation cancellation)
      throws IOException {
    long start = System.nanoTime();
    try {
      pipeline.generate(
          missing.stream().map(requests::get).toList(),
          settings,
          batch,
          new Storing(display, start),
          cancellation);
    } finally {
      seconds = secondsSince(start);
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Stores what is finished. An image's time is that since its thread finished the one before. */
  private final class Storing implements GenerationListener {
    private final StepDisplay display;
    private final long start;
    private final Map<Thread, Long> last = new HashMap<>();

    Storing(StepDisplay display, long start) {
      this.display = display;
      this.start = start;
    }

    @Override
    public void step(int place, int call, int callsOfImage) {
      calls++;
      display.step(name(missing.get(place)) + ": " + call + " of " + callsOfImage + " steps");
    }

    @Override
    public void image(GeneratedImage image) throws IOException {
      int index = missing.get(image.index());
      double taken = secondsSince(last.getOrDefault(Thread.currentThread(), start));
      folder.store(index, image, taken);
      last.put(Thread.currentThread(), System.nanoTime());
      finished++;
      String count = finished + " of " + missing.size();
      display.finished(
          count + " images",
          String.format(
              "%s: %d U-Net calls in %s, %s",
              name(index), image.calls(), Figures.seconds(taken), count));
    }

    private String name(int index) {
      return folder.file(index).getFileName().toString();
    }
  }
}
