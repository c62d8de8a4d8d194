package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.limit.Allowance;
import io.github.espalier.examples.study.limit.LimitCriteria;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Options that say when a pruned model's scores are good enough. */
@SuppressWarnings("NullAway.Init")
final class CriterionOptions {
  @Option(
      names = "--drop",
      paramLabel = "AMOUNT",
      defaultValue = "5%",
      converter = AllowanceConverter.class,
      description =
          "How far CLIPScore may fall below that of the dense model: a share of it, such as 5%%, or"
              + " an amount, such as 0.01 (default: 5%%).")
  Allowance drop;

  @Option(
      names = "--rise",
      paramLabel = "AMOUNT",
      converter = AllowanceConverter.class,
      description =
          "How far the distance from the references may rise above that of the dense model, likewise"
              + " (default: as far as it likes).")
  Optional<Allowance> rise = Optional.empty();

  @Option(
      names = "--cautious",
      description =
          "Scores are kept only if their whole confidence interval is; the default is that the mean"
              + " decides, and the interval tells how sure that is.")
  boolean cautious;

  LimitCriteria criteria() {
    return new LimitCriteria(drop, rise, cautious);
  }

  /** Reads shares and amounts. */
  static final class AllowanceConverter implements ITypeConverter<Allowance> {
    @Override
    public Allowance convert(String text) {
      return Conversions.convert(text, Allowance::parse);
    }
  }
}
