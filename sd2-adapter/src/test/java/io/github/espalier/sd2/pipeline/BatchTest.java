package io.github.espalier.sd2.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the threads are divided among the images of a batch. */
class BatchTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0, 1",
    "1, 8, 5, 8",
    "4, 1, 5, 1",
    "4, 2, 5, 1 1",
    "2, 5, 5, 3 2",
    "3, 8, 5, 3 3 2",
    "3, 8, 2, 4 4",
    "9, 4, 1, 4",
  })
  void noThreadTooManyOrTooFew(int batch, int threads, int requests, String shares) {
    assertThat(Batch.shares(batch, threads, requests))
        .containsExactly(Arrays.stream(shares.split(" ")).mapToInt(Integer::parseInt).toArray());
  }
}
