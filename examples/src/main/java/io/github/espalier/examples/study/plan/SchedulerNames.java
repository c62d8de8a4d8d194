package io.github.espalier.examples.study.plan;

import io.github.espalier.sd2.scheduler.SchedulerKind;

/** Schedulers as plans and options spell them. */
final class SchedulerNames {
  private SchedulerNames() {}

  static String of(SchedulerKind kind) {
    return switch (kind) {
      case DDIM -> "ddim";
      case PNDM -> "pndm";
      case EULER -> "euler";
      case DPM_SOLVER_PP_2M -> "dpm-solver++";
    };
  }

  static SchedulerKind parse(String text) {
    for (SchedulerKind kind : SchedulerKind.values()) {
      if (of(kind).equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("'" + text + "' is none of ddim, pndm, euler, dpm-solver++");
  }
}
