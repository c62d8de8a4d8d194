package io.github.espalier.examples.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads constants in any case, with dashes or underscores, and lists them as they are written.
 *
 * @param values what is accepted
 */
record EnumConverter<E extends Enum<E>>(List<E> values) implements ITypeConverter<E> {
  static <E extends Enum<E>> EnumConverter<E> of(Class<E> type) {
    return new EnumConverter<>(List.of(type.getEnumConstants()));
  }

  @Override
  public E convert(String text) {
    String wanted = text.replace('_', '-');
    return values.stream()
        .filter(value -> Spelling.of(value).equalsIgnoreCase(wanted))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of " + names()));
  }

  private String names() {
    return values.stream().map(Spelling::of).collect(Collectors.joining(", "));
  }
}
