package io.github.espalier.examples.generate;

import io.github.espalier.core.text.LoneSurrogates;
import io.github.espalier.sd2.pipeline.ImageRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an image shall show.
 *
 * @param text what it should show
 * @param negative what it should not show, if the prompt says so itself
 * @param seed of its first image, if the prompt says so itself
 */
public record Prompt(String text, Optional<String> negative, OptionalLong seed) {
  /**
   * Replaces lone surrogates, which no file can hold, by U+FFFD, as the tokenizer does.
   *
   * @param text what it should show
   * @param negative what it should not show, if the prompt says so itself
   * @param seed of its first image, if the prompt says so itself
   */
  public Prompt {
    text = LoneSurrogates.replace(text);
    negative = negative.map(LoneSurrogates::replace);
  }

  /**
   * Takes a text alone.
   *
   * @param text what the image should show
   * @return a prompt without anything else of its own
   */
  public static Prompt of(String text) {
    return new Prompt(text, Optional.empty(), OptionalLong.empty());
  }

  /**
   * Lists the images to make, those of the first prompt first. Image k has the seed {@code seed +
   * k}, counted from 0 over all; a prompt with a seed of its own counts from that.
   *
   * @param prompts what to show
   * @param negative for prompts without a negative prompt of their own
   * @param seed of the first image
   * @param imagesPerPrompt how many of each
   * @return the images
   * @throws IllegalArgumentException if a seed would exceed 2<sup>63</sup> - 1
   */
  public static List<ImageRequest> requests(
      List<Prompt> prompts, String negative, long seed, int imagesPerPrompt) {
    List<ImageRequest> requests = new ArrayList<>();
    for (Prompt prompt : prompts) {
      for (int i = 0; i < imagesPerPrompt; i++) {
        long first = prompt.seed().orElse(seed);
        long more = prompt.seed().isPresent() ? i : requests.size();
        if (first > Long.MAX_VALUE - more) {
          throw new IllegalArgumentException(
              "seed " + first + " + " + more + " is above " + Long.MAX_VALUE);
        }
        requests.add(
            new ImageRequest(
                prompt.text(),
                prompt.negative().orElse(LoneSurrogates.replace(negative)),
                first + more));
      }
    }
    return requests;
  }
}
