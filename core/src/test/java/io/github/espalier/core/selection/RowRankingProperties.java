package io.github.espalier.core.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RowRankingProperties {
  private static void check(long... values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    for (int k = 0; k < values.length; k++) {
      assertThat(RowRanking.kthSmallest(values.clone(), k)).isEqualTo(sorted[k]);
    }
  }

  @Property(tries = 1000, seed = "71")
  void findsWhatSortingFinds(@ForAll @Size(min = 1, max = 60) long[] values) {
    check(values);
  }

  @Property(tries = 1000, seed = "72")
  void findsWhatSortingFindsAmongEqualKeys(
      @ForAll @Size(min = 1, max = 60) @LongRange(min = 0, max = 3) long[] values) {
    check(values);
  }

  @Example
  void copesWithOrderedRows() {
    long[] rising = new long[500];
    long[] falling = new long[500];
    long[] pipes = new long[500];
    for (int i = 0; i < rising.length; i++) {
      rising[i] = i;
      falling[i] = -i;
      pipes[i] = Math.min(i, rising.length - i);
    }
    check(rising);
    check(falling);
    check(pipes);
  }

  /** Musser's sequence, on which the median of three is a bad pivot again and again. */
  @Example
  void copesWithBadPivots() {
    int half = 300;
    long[] killer = new long[2 * half];
    for (int i = 0; i < half; i++) {
      killer[i] = i % 2 == 0 ? i + 1 : half + i;
      killer[half + i] = 2L * (i + 1);
    }
    check(killer);
  }
}
