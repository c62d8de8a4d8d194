package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void namesTheOutputInsteadOfItsLock() {
    IOException lock = new AccessDeniedException("/models/.out.espalier-lock");
    IOException other = new AccessDeniedException("/models/config.json");

    assertThat(Failures.message(Failures.at(Path.of("out"), lock)))
        .isEqualTo("out: permission denied");
    assertThat(Failures.at(Path.of("/models/out"), other)).isSameAs(other);
  }
}
