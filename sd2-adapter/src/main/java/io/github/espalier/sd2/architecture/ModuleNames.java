package io.github.espalier.sd2.architecture;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Translates names by their longest known module: {@code a.b} to {@code x} makes {@code
 * a.b.c.weight} into {@code x.c.weight}. Whole segments count, never parts of one.
 */
final class ModuleNames {
  private final Map<String, String> modules = new HashMap<>();

  ModuleNames add(String diffusers, String singleFile) {
    String previous = modules.put(diffusers, singleFile);
    if (previous != null) {
      throw new IllegalStateException(diffusers + " is mapped to " + previous + " already");
    }
    return this;
  }

  Optional<String> translate(String name) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
      String translated = modules.get(name.substring(0, end));
      if (translated != null) {
        return Optional.of(translated + name.substring(end));
      }
    }
    return Optional.empty();
  }
}
