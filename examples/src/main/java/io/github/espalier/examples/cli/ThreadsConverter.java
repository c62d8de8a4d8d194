package io.github.espalier.examples.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of threads. */
final class ThreadsConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    int threads;
    try {
      threads = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number of threads");
    }
    if (threads < 1) {
      throw new TypeConversionException(text + " threads do nothing; give 1 or more");
    }
    return threads;
  }
}
