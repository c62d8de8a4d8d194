package io.github.espalier.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoneSurrogatesTest {
  @Test
  void replacesThoseWithoutAPartner() {
    assertThat(LoneSurrogates.replace("\udc08a\ud83d\ud83d\udc08\ud83d"))
        .isEqualTo("\ufffda\ufffd\ud83d\udc08\ufffd");
  }

  @Test
  void leavesOtherTextsAlone() {
    assertThat(LoneSurrogates.replace("")).isEmpty();
    assertThat(LoneSurrogates.replace("caf\u00e9\0 \ud83d\udc08\n"))
        .isEqualTo("caf\u00e9\0 \ud83d\udc08\n");
  }
}
