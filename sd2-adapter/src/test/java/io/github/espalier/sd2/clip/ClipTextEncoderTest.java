package io.github.espalier.sd2.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.tensor.FloatMatrix;
import io.github.espalier.sd2.architecture.TextEncoderConfig;
import io.github.espalier.sd2.nn.Compute;
import io.github.espalier.sd2.nn.FormulaParameters;
import io.github.espalier.sd2.nn.ModelRun;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An encoder of 574 tokens and 77 positions. */
class ClipTextEncoderTest {
  private final FormulaParameters parameters = new FormulaParameters();
  private final Compute compute = Compute.withThreads(1);
  private ClipTextEncoder encoder;

  @BeforeEach
  void load() throws IOException {
    ModelRun run = ModelRun.of("text-gelu").findFirst().orElseThrow();
    encoder = ClipTextEncoder.load(TextEncoderConfig.read(run.config()), parameters);
  }

  @AfterEach
  void close() {
    compute.close();
    parameters.close();
  }

  private void assertRefused(List<int[]> ids, String... parts) {
    assertThatThrownBy(() -> encoder.forward(compute, ids))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
    assertThat(compute.workspace().lent()).isZero();
  }

  @Test
  void wrongIdsAreRefused() {
    assertRefused(List.of(new int[] {5, 574}), "574", "vocabulary");
    assertRefused(List.of(new int[] {5}, new int[] {-1}), "-1", "vocabulary");
  }

  @Test
  void wrongNumbersOfTokensAreRefused() {
    assertRefused(List.of(new int[78]), "78", "77");
    assertRefused(List.of(new int[0]), "0 tokens", "77");
    assertRefused(List.of(new int[5], new int[6]), "5", "6");
    assertRefused(List.of(), "no texts");
  }

  /** Which is why padding and what follows a text do not matter to its tokens. */
  @Test
  void tokensSeeNoLaterOnesAndNoOtherTexts() {
    int[] text = {572, 3, 87, 541};
    FloatMatrix alone = encoder.forward(compute, List.of(text));
    FloatMatrix among =
        encoder.forward(compute, List.of(new int[9], Arrays.copyOf(text, 9), new int[9]));
    float[] states = among.rows(9, 4).toArray();
    float[] expected = alone.toArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(states[i] - expected[i])).isLessThan(1e-5f);
    }
  }
}
