package io.github.espalier.examples.cli;

import io.github.espalier.examples.cli.SynthesizeCommand.Model;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code sd2}, {@code sd2-inpainting} and {@code sd15}. */
final class ModelConverter implements ITypeConverter<Model> {
  @Override
  public Model convert(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "sd2" -> Model.SD2;
      case "sd2-inpainting" -> Model.SD2_INPAINTING;
      case "sd15" -> Model.SD15;
      default ->
          throw new TypeConversionException(
              "model '" + text + "' is none of sd2, sd2-inpainting, sd15");
    };
  }
}
