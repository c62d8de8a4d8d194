package io.github.espalier.sd2.tokenizer;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds special tokens in a text: the leftmost first, of several there the longest. */
final class SpecialTokens {
  private final ImmutableList<AddedToken> tokens;
  private final Pattern pattern;

  SpecialTokens(List<AddedToken> tokens) {
    List<AddedToken> longestFirst = new ArrayList<>(tokens);
    longestFirst.sort(Comparator.comparing(token -> -token.content().length()));
    this.tokens = ImmutableList.copyOf(longestFirst);
    String alternatives =
        this.tokens.stream()
            .map(token -> Pattern.quote(token.content()))
            .collect(Collectors.joining("|"));
    // Without tokens, a pattern that never matches.
    pattern = Pattern.compile(alternatives.isEmpty() ? "(?!)" : alternatives);
  }

  /** Takes a text apart: special tokens go to one sink as ids, what is between to the other. */
  void split(String text, IntConsumer special, Consumer<String> between) {
    Matcher matcher = pattern.matcher(text);
    int start = 0;
    while (matcher.find()) {
      if (matcher.start() > start) {
        between.accept(text.substring(start, matcher.start()));
      }
      special.accept(idOf(matcher.group()));
      start = matcher.end();
    }
    if (start < text.length()) {
      between.accept(text.substring(start));
    }
  }

  private int idOf(String content) {
    for (AddedToken token : tokens) {
      if (token.content().equals(content)) {
        return token.id();
      }
    }
    throw new IllegalStateException("\"" + content + "\" matched, and is none of the tokens");
  }
}
