package io.github.espalier.examples.cli;

import io.github.espalier.sd2.scheduler.SchedulerKind;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the names of samplers. */
final class SchedulerKindConverter implements ITypeConverter<SchedulerKind> {
  /** Returns the name that is read as this one. */
  static String of(SchedulerKind kind) {
    return switch (kind) {
      case DDIM -> "ddim";
      case PNDM -> "pndm";
      case EULER -> "euler";
      case DPM_SOLVER_PP_2M -> "dpm-solver++";
    };
  }

  @Override
  public SchedulerKind convert(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "ddim" -> SchedulerKind.DDIM;
      case "pndm" -> SchedulerKind.PNDM;
      case "euler" -> SchedulerKind.EULER;
      case "dpm-solver++" -> SchedulerKind.DPM_SOLVER_PP_2M;
      default ->
          throw new TypeConversionException(
              "'" + text + "' is none of ddim, pndm, euler, dpm-solver++");
    };
  }
}
