package io.github.espalier.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNamesTest {
  private static final List<String> METHODS =
      List.of("magnitude", "wanda", "sparsegpt", "saved-masks", "obs-diff");

  @ParameterizedTest
  @CsvSource({
    "magnitud, magnitude",
    "MAGNITUDE, magnitude",
    "mangitude, magnitude",
    "sparse-gpt, sparsegpt",
    "wander, wanda",
    "masks, saved-masks",
    "diff, obs-diff",
  })
  void theLikeliestComesFirst(String wanted, String nearest) {
    assertThat(NearestNames.list(wanted, METHODS)).startsWith(nearest + ", ");
  }

  @Test
  void threeAreShownAndEachOnce() {
    assertThat(NearestNames.list("a", List.of("ad", "ab", "ac", "ab", "xyz")))
        .isEqualTo("ab, ac, ad");
  }

  @Test
  void aTranspositionIsOneStep() {
    assertThat(NearestNames.list("abcd", List.of("abxy", "acbd"))).isEqualTo("acbd, abxy");
  }

  @Test
  void aMisspeltPartOfALongNameIsFound() {
    assertThat(
            NearestNames.list(
                "atn2.to_q", List.of("conv_in.bias", "mid_block.0.attn2.to_q.weight", "attn1")))
        .startsWith("mid_block.0.attn2.to_q.weight, ");
  }

  @Test
  void namesThatContainTheWholeWordComeBeforeCloserOnes() {
    assertThat(NearestNames.list("proj_in", List.of("proj_on", "blocks.0.proj_in.weight")))
        .isEqualTo("blocks.0.proj_in.weight, proj_on");
  }

  @Test
  void noNamesAreNone() {
    assertThat(NearestNames.list("anything", List.of())).isEqualTo("none");
  }

  @Test
  void overlongWordsDoNotHurt() {
    assertThat(NearestNames.list("x".repeat(1_000_000), List.of("a", "b"))).isEqualTo("a, b");
  }
}
