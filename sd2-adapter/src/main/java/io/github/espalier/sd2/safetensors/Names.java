package io.github.espalier.sd2.safetensors;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Names of tensors: their order, and which of them are meant by a name that is not there. */
final class Names {
  /** The key of the header that is not a tensor. */
  static final String METADATA = "__metadata__";

  /** The order of the UTF-8 bytes, which is that of the code points and not that of the chars. */
  static final Comparator<String> BYTE_ORDER = Names::compare;

  private static final int SUGGESTIONS = 3;
  private static final int LONGEST_COMPARED = 512;

  private Names() {}

  private static int compare(String left, String right) {
    int shared = Math.min(left.length(), right.length());
    for (int i = 0; i < shared; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean leftBeyond = Character.isSurrogate(a);
        boolean rightBeyond = Character.isSurrogate(b);
        // A surrogate stands for a code point beyond all that fit a char.
        return leftBeyond == rightBeyond ? a - b : leftBeyond ? 1 : -1;
      }
    }
    return left.length() - right.length();
  }

  /** Tells whether text can be written as UTF-8, that is, has no lone surrogate. */
  static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether a name has a character of the categories that control a terminal. */
  static boolean hasControl(String name) {
    return name.chars().anyMatch(Character::isISOControl);
  }

  /** Returns the error for a name that is not among the known ones. */
  static IllegalArgumentException unknown(String name, String where, Collection<String> known) {
    List<String> nearest = nearest(name, known);
    return new IllegalArgumentException(
        where
            + " has no tensor "
            + Printable.name(name)
            + (nearest.isEmpty()
                ? "; it has " + known.size() + " tensors"
                : "; nearest of its "
                    + known.size()
                    + " names: "
                    + nearest.stream().map(Printable::name).collect(Collectors.joining(", "))));
  }

  private static List<String> nearest(String name, Collection<String> known) {
    // Quadratic in the length: a hostile file may have names of megabytes.
    if (name.length() > LONGEST_COMPARED) {
      return List.of();
    }
    record Candidate(String name, int distance) {}
    return known.stream()
        .filter(candidate -> candidate.length() <= LONGEST_COMPARED)
        .map(candidate -> new Candidate(candidate, distance(name, candidate)))
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(SUGGESTIONS)
        .map(Candidate::name)
        .toList();
  }

  /** Returns the least number of characters to insert, delete or replace (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
