package io.github.espalier.examples.study.report;

import io.github.espalier.examples.study.run.DistanceResult;
import io.github.espalier.examples.study.run.StudyResult;

/** What the distance of a study is called: FID only if it is. */
final class DistanceName {
  private static final String GENERAL = "Fréchet distance";

  private DistanceName() {}

  static String of(StudyResult result) {
    return isFid(result) ? "FID" : GENERAL;
  }

  static boolean isFid(StudyResult result) {
    return result.configurations().stream()
        .map(each -> each.distance())
        .anyMatch(each -> each != null && each.fid());
  }

  /** All that the result says of it: the network, its layer, and how images are prepared. */
  static String inFull(DistanceResult distance) {
    return distance.label();
  }
}
