package io.github.espalier.examples.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The size of images as {@code --size} has it.
 *
 * @param width in pixels
 * @param height in pixels
 */
record ImageSize(int width, int height) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:[xX](\\d{1,5}))?");

  /** Reads {@code WxH}, or {@code N} for a square. */
  static final class Converter implements ITypeConverter<ImageSize> {
    @Override
    public ImageSize convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is not a size such as 768 or, width first, 512x768");
      }
      String width = matcher.group(1);
      String height = matcher.group(2);
      return new ImageSize(
          Integer.parseInt(width), Integer.parseInt(height == null ? width : height));
    }
  }
}
