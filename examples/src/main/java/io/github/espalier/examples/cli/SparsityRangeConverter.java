package io.github.espalier.examples.cli;

import io.github.espalier.examples.study.search.SparsityRange;
import picocli.CommandLine.ITypeConverter;

/** Reads ranges of sparsities, such as {@code 0%..95%}. */
final class SparsityRangeConverter implements ITypeConverter<SparsityRange> {
  @Override
  public SparsityRange convert(String text) {
    return Conversions.convert(text, SparsityRange::parse);
  }
}
