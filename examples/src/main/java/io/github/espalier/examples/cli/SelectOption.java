package io.github.espalier.examples.cli;

import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.sd2.checkpoint.Sd2Selections;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The option that says which layers are pruned or calibrated. */
@SuppressWarnings("NullAway.Init")
final class SelectOption {
  @Option(
      names = "--select",
      paramLabel = "LAYERS",
      defaultValue = "paper",
      converter = Converter.class,
      description =
          "Which layers: paper (every Linear), linear-no-time (without those of the time"
              + " embedding), all (Linear and Conv2d), all-no-time, or a regular expression that"
              + " part of a layer's name must match (default: ${DEFAULT-VALUE}).")
  LayerSelection layers;

  /** Reads keywords in any case, and regular expressions. */
  static final class Converter implements ITypeConverter<LayerSelection> {
    @Override
    public LayerSelection convert(String text) {
      String keyword = text.toLowerCase(Locale.ROOT);
      return Conversions.convert(
          Sd2Selections.names().contains(keyword) ? keyword : text, Sd2Selections::parse);
    }
  }
}
