package io.github.espalier.examples.study.run;

import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.PrunedPart;
import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.sd2.pipeline.TextStateCache;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What text encoders make of a study's captions, shared by configurations that have the same one
 * and differ in their U-Nets: the dense one's, and a pruned one's if several configurations of the
 * plan have it. For one thread.
 */
final class SharedTextStates {
  /** Of heap, for the dense text encoder and for the one in use together. */
  private static final long MOST_BYTES = 96L << 20;

  private final Map<Optional<PrunedPart>, Long> uses;
  private final TextStateCache dense = new TextStateCache(MOST_BYTES / 2);
  private final Map<PrunedPart, TextStateCache> pruned = new HashMap<>();

  SharedTextStates(StudyPlan plan) {
    uses =
        plan.configurations().stream()
            .collect(Collectors.groupingBy(Configuration::text, Collectors.counting()));
  }

  TextStateCache of(Configuration configuration) {
    Optional<PrunedPart> text = configuration.text();
    if (text.isEmpty()) {
      return dense;
    }
    long shared = uses.values().stream().filter(count -> count > 1).count();
    boolean once = uses.getOrDefault(text, 1L) < 2;
    return once
        ? new TextStateCache(0)
        : pruned.computeIfAbsent(
            text.get(), part -> new TextStateCache(MOST_BYTES / 2 / Math.max(1, shared)));
  }
}
