package io.github.espalier.examples.study.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.allocation.SparsityAllocations;
import io.github.espalier.core.method.PruningMethods;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * Compares the data with a second copy of the published values, typed by hand: FID has four digits
 * there, and half a unit of the last is allowed.
 */
class PublishedStudyTest {
  private static final PublishedStudy STUDY = PublishedStudy.load();

  /** Four decimals in both copies. */
  private static final double CLIP = 1e-9;

  private static final List<TextPruning> COLUMNS =
      List.of(
          TextPruning.MAGNITUDE,
          TextPruning.WANDA,
          TextPruning.OWL_MAGNITUDE,
          TextPruning.OWL_WANDA);

  private static final String TEXT =
      """
      .30   17.15/.3166 16.42/.3158 17.28/.3166 16.33/.3158
      .40   17.63/.3144 16.60/.3149 18.10/.3144 16.96/.3141
      .50   18.06/.3103 17.75/.3088 17.93/.3101 18.07/.3088
      .55   19.04/.3042 20.59/.2922 18.93/.3043 19.66/.2973
      .575  20.26/.2929 26.71/.2653 19.18/.2978 23.12/.2776
      .60   27.21/.2677 79.54/.2156 21.77/.2822 52.68/.2343
      .625  61.66/.2223 145.6/.1843 41.32/.2485 126.2/.1930
      .65   134.2/.1858 174.8/.1763 119.4/.2043 196.2/.1822
      .675  194.6/.1746 236.3/.1790 208.9/.1821 222.8/.1810
      .70   199.7/.1716 263.2/.1783 258.2/.1795 274.7/.1807
      .80   268.7/.1770 195.4/.1838 331.7/.1796 283.3/.1818
      """;

  private static final String UNET =
      """
      0 18.07/.3140
      .10 16.22/.3164
      .20 16.42/.3173
      .30 16.15/.3166
      .35 18.81/.3144
      .375 22.20/.3133
      .40 25.38/.3113
      .425 30.31/.3081
      .45 38.82/.3024
      .475 54.08/.2941
      .50 72.30/.2832
      .525 94.73/.2663
      .55 121.9/.2477
      .575 183.9/.2206
      .60 234.1/.2104
      """;

  private static final String BOTH =
      """
      .625/.50 264.9/.1889
      .60/.475 140.4/.2245
      .575/.45 57.59/.2715
      .55/.425 30.69/.2959
      .525/.40 23.28/.3040
      .50/.375 20.24/.3086
      .475/.35 18.15/.3113
      .45/.325 16.66/.3138
      .425/.30 16.53/.3151
      """;

  private static Sparsity sparsity(String text) {
    return Sparsity.parse(text);
  }

  private static void check(TextPruning how, String text, String unet, String scores) {
    PublishedRun run = STUDY.run(how, sparsity(text), sparsity(unet)).orElseThrow();
    String fid = scores.substring(0, scores.indexOf('/'));
    double unit = Math.pow(10, fid.indexOf('.') + 1 - fid.length());
    assertThat(run.fid()).as(scores).isCloseTo(Double.parseDouble(fid), within(unit * 0.5001));
    assertThat(run.clipScore())
        .as(scores)
        .isCloseTo(Double.parseDouble(scores.substring(scores.indexOf('/') + 1)), within(CLIP));
  }

  @Test
  void textEncoderScores() {
    for (String line : TEXT.lines().toList()) {
      String[] cells = line.split(" +", -1);
      for (int i = 0; i < COLUMNS.size(); i++) {
        check(COLUMNS.get(i), cells[0], "0", cells[i + 1]);
      }
    }
    check(TextPruning.WANDA, ".525", "0", "19.19/.3034");
  }

  @Test
  void unetScores() {
    for (String line : UNET.lines().toList()) {
      String[] cells = line.split(" ", -1);
      check(TextPruning.OWL_WANDA, "0", cells[0], cells[1]);
    }
  }

  @Test
  void scoresOfBoth() {
    for (String line : BOTH.lines().toList()) {
      String[] cells = line.split("[ /]", 3);
      check(TextPruning.MAGNITUDE, cells[0], cells[1], cells[2]);
    }
    check(TextPruning.OWL_MAGNITUDE, ".475", ".35", "17.97/.3114");
    check(TextPruning.MAGNITUDE, ".35", ".14", "20.89/.3138");
  }

  @Test
  void eachRunIsOnceThereAndInATable() {
    assertThat(STUDY.runs()).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(STUDY.runs().get(i).run()).isEqualTo(i);
    }
    assertThat(STUDY.tables()).flatMap(PublishedTable::rows).hasSize(104).containsAll(STUDY.runs());
    assertThat(STUDY.dense().textEncoder()).isEqualTo(Sparsity.ZERO);
    assertThat(STUDY.dense().unet()).isEqualTo(Sparsity.ZERO);
    assertThat(STUDY.images()).isEqualTo(10_000);
  }

  /** A table of one component starts dense; each table keeps to one way of pruning, in order. */
  @Test
  void tablesHoldWhatTheirTitlesSay() {
    Map<String, TextPruning> text =
        Map.of(
            "text-magnitude", TextPruning.MAGNITUDE,
            "text-wanda", TextPruning.WANDA,
            "text-owl-magnitude", TextPruning.OWL_MAGNITUDE,
            "text-owl-wanda", TextPruning.OWL_WANDA);
    text.forEach(
        (id, how) -> {
          List<PublishedRun> rows = STUDY.table(id).rows();
          assertThat(rows.get(0)).isEqualTo(STUDY.dense());
          assertThat(rows).extracting(PublishedRun::textEncoder).isSorted();
          assertThat(rows).extracting(PublishedRun::unet).containsOnly(Sparsity.ZERO);
          assertThat(rows.subList(1, rows.size())).extracting(PublishedRun::text).containsOnly(how);
        });
    assertThat(STUDY.table("unet-magnitude").rows())
        .hasSize(15)
        .allMatch(each -> each.textEncoder().equals(Sparsity.ZERO))
        .extracting(PublishedRun::unet)
        .isSorted();
  }

  /** Tables 6 and 10 go down in steps of 2.5 points from 62.5 % and 50 %. */
  @Test
  void descentsAreTwins() {
    for (String id : List.of("descent", "descent-owl")) {
      List<PublishedRun> rows = STUDY.table(id).rows();
      assertThat(rows).hasSize(9);
      for (int i = 0; i < 9; i++) {
        assertThat(rows.get(i).textEncoder()).isEqualTo(Sparsity.of((625 - 25 * i) / 1000.0));
        assertThat(rows.get(i).unet()).isEqualTo(Sparsity.of((500 - 25 * i) / 1000.0));
      }
    }
    assertThat(STUDY.table("descent").number()).isEqualTo(OptionalInt.of(6));
    assertThat(STUDY.table("descent-owl").source()).isEqualTo("Table 10");
    assertThat(STUDY.table("text-wanda").source()).isEqualTo("list of runs");
  }

  /** Where CLIPScore crosses 0.25, by interpolation: the text encoder's cliffs. */
  @Test
  void cliffsOfTheTextEncoder() {
    double[] percent = {61.0, 58.3, 62.4, 59.1};
    String[] ids = {"text-magnitude", "text-wanda", "text-owl-magnitude", "text-owl-wanda"};
    double[] found = Arrays.stream(ids).mapToDouble(PublishedStudyTest::crossing).toArray();
    assertThat(found).containsExactly(percent, within(0.05));
  }

  private static double crossing(String id) {
    List<PublishedRun> rows = STUDY.table(id).rows();
    int below = 0;
    while (rows.get(below).clipScore() > 0.25) {
      below++;
    }
    PublishedRun low = rows.get(below - 1);
    PublishedRun high = rows.get(below);
    double share = (low.clipScore() - 0.25) / (low.clipScore() - high.clipScore());
    double from = low.textEncoder().fraction();
    return 100 * (from + share * (high.textEncoder().fraction() - from));
  }

  /**
   * What the paper prints at 60 % is the run with OWL, cut to three digits, not plain magnitude.
   */
  @Test
  void printedScoresAreThoseOfTheirRun() {
    assertThat(STUDY.printed()).isNotEmpty();
    for (PrintedScores each : STUDY.printed()) {
      PublishedRun run = STUDY.runs().get(each.run());
      assertThat(run.textEncoder()).isEqualTo(each.textEncoder());
      assertThat(run.unet()).isEqualTo(each.unet());
      assertThat(run.fid()).isCloseTo(each.fid(), within(0.1));
      assertThat(run.clipScore()).isCloseTo(each.clipScore(), within(0.0005));
    }
    assertThat(STUDY.runs().get(31).text()).isEqualTo(TextPruning.OWL_MAGNITUDE);
  }

  @Test
  void namesAreThoseOfTheLibrary() {
    for (TextPruning how : TextPruning.values()) {
      assertThat(PruningMethods.named(how.method()).name()).isEqualTo(how.method());
      assertThat(SparsityAllocations.names()).contains(how.allocation());
    }
  }

  @Test
  void unknownOnesAreToldApart() {
    assertThat(STUDY.run(TextPruning.WANDA, Sparsity.of(0.5), Sparsity.of(0.5))).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STUDY.table("7"))
        .withMessageStartingWith("no published table '7': expected one of ratios, ratios-owl, ");
  }
}
