package io.github.espalier.examples.cli;

import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/** Reads option values by the library's own parsers. */
final class Conversions {
  private Conversions() {}

  /** Gives picocli the parser's own message, which it would otherwise wrap in its class's name. */
  static <T> T convert(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
