package io.github.espalier.core.allocation;

import java.util.Arrays;
import java.util.Locale;

/** Reads the settings of allocations that command lines give as text. Stateless. */
public final class OptionText {
  private OptionText() {}

  /**
   * Reads a number.
   *
   * @param option name of the setting, for messages
   * @param value its text
   * @return the number
   * @throws IllegalArgumentException if it is no finite number
   */
  public static double number(String option, String value) {
    try {
      double number = Double.parseDouble(value);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(notANumber(option, value), e);
    }
    throw new IllegalArgumentException(notANumber(option, value));
  }

  private static String notANumber(String option, String value) {
    return option + " is '" + value + "', but must be a number";
  }

  /**
   * Reads a constant.
   *
   * @param type its type
   * @param option name of the setting, for messages
   * @param value its name, in any case, with dashes or underscores
   * @param <E> its type
   * @return the constant
   * @throws IllegalArgumentException if there is none of that name; the message lists all
   */
  public static <E extends Enum<E>> E constant(Class<E> type, String option, String value) {
    String wanted = value.toUpperCase(Locale.ROOT).replace('-', '_');
    E[] constants = type.getEnumConstants();
    return Arrays.stream(constants)
        .filter(each -> each.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown "
                        + option
                        + " '"
                        + value
                        + "'; expected one of "
                        + Arrays.toString(constants)));
  }
}
