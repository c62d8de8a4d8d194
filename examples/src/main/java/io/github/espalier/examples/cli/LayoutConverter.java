package io.github.espalier.examples.cli;

import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code diffusers} and {@code single-file}. */
final class LayoutConverter implements ITypeConverter<CheckpointLayout> {
  @Override
  public CheckpointLayout convert(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "diffusers" -> CheckpointLayout.DIFFUSERS;
      case "single-file" -> CheckpointLayout.SINGLE_FILE;
      default ->
          throw new TypeConversionException(
              "layout '" + text + "' is neither diffusers nor single-file");
    };
  }
}
