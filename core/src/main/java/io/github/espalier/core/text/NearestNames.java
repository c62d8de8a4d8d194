package io.github.espalier.core.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the names that someone may have meant. Stateless. */
public final class NearestNames {
  private static final int SHOWN = 3;
  private static final int LONGEST = 256;

  private NearestNames() {}

  /**
   * Orders names by their likeness to a misspelt one and returns the first three, for a message.
   *
   * <p>Likeness is the optimal string alignment distance to the likest part of a name, since layers
   * have long names of which people write a part; letters are compared without case. Of names with
   * equally like parts, the one that is likest as a whole comes first.
   *
   * @param wanted what was asked for
   * @param names what there is
   * @return such as {@code magnitude, wanda}; {@code none} if there are no names
   */
  public static String list(String wanted, Collection<String> names) {
    String target = shorten(wanted);
    List<String> nearest =
        names.stream()
            .distinct()
            .sorted(
                Comparator.<String>comparingInt(name -> distance(target, shorten(name), true))
                    .thenComparingInt(name -> distance(target, shorten(name), false))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(SHOWN)
            .toList();
    return nearest.isEmpty() ? "none" : String.join(", ", nearest);
  }

  private static String shorten(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.length() <= LONGEST ? lower : lower.substring(0, LONGEST);
  }

  private static int distance(String a, String b, boolean toPart) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    if (!toPart) {
      Arrays.setAll(last, j -> j);
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(last[j], current[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spent = beforeLast;
      beforeLast = last;
      last = current;
      current = spent;
    }
    return toPart ? Arrays.stream(last).min().orElseThrow() : last[b.length()];
  }
}
