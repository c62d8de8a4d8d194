package io.github.espalier.methods.calibrated;

import java.util.Arrays;
import java.util.Locale;

/** Reads settings that a command line gives as text. Stateless. */
public final class Options {
  private Options() {}

  /**
   * Finds a constant by its name in lower or upper case, with dashes or underscores.
   *
   * @param <E> the type of the constants
   * @param all the constants to choose from
   * @param option name of the setting
   * @param value its text
   * @return the constant
   * @throws IllegalArgumentException if there is none; the message lists what there is
   */
  public static <E extends Enum<E>> E constant(E[] all, String option, String value) {
    String wanted = value.strip().toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(all)
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
                        + Arrays.toString(all)));
  }

  /**
   * Reads true or false.
   *
   * @param option name of the setting
   * @param value its text
   * @return the value
   * @throws IllegalArgumentException if it is neither
   */
  public static boolean flag(String option, String value) {
    String text = value.strip().toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(
          "option " + option + " is '" + value + "'; expected true or false");
    }
    return text.equals("true");
  }

  /**
   * Reads a number.
   *
   * @param option name of the setting
   * @param value its text
   * @return the value
   * @throws IllegalArgumentException if it is no number
   */
  public static double number(String option, String value) {
    try {
      return Double.parseDouble(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "option " + option + " is '" + value + "', which is no number", e);
    }
  }

  /**
   * Reads a whole number.
   *
   * @param option name of the setting
   * @param value its text
   * @return the value
   * @throws IllegalArgumentException if it is no whole number that fits an int
   */
  public static int wholeNumber(String option, String value) {
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "option " + option + " is '" + value + "', which is no whole number", e);
    }
  }

  /**
   * Reports a setting that a method does not have.
   *
   * @param method name of the method
   * @param option name of the setting
   * @param options names of those that it has
   * @return the exception
   */
  public static IllegalArgumentException unknown(
      String method, String option, Iterable<String> options) {
    return new IllegalArgumentException(
        "method "
            + method
            + " has no option '"
            + option
            + "'; it has: "
            + String.join(", ", options));
  }
}
