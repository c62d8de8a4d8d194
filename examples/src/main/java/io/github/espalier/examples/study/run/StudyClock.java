package io.github.espalier.examples.study.run;

import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.examples.study.plan.StudyPlan;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Counts a study's images, and tells how long the rest takes. Safe for use by many threads. */
final class StudyClock {
  private final int allConfigurations;
  private final int imagesOfEach;
  private final int callsPerImage;
  private int configurations;
  private int current;
  private int ofThisRun;
  private int inherited = -1;
  private final long start = System.nanoTime();

  StudyClock(StudyPlan plan, int callsPerImage, Map<String, StudyJournal.Line> done) {
    List<Configuration> all = plan.configurations();
    this.allConfigurations = all.size();
    this.imagesOfEach = plan.images();
    this.callsPerImage = callsPerImage;
    this.configurations = (int) all.stream().filter(each -> done.containsKey(each.id())).count();
  }

  /** So many images of the current configuration are there. */
  synchronized StudyProgress images(int done) {
    if (inherited < 0) {
      inherited = done;
    }
    ofThisRun += Math.max(0, done - Math.max(current, inherited));
    current = done;
    return progress();
  }

  synchronized void finished(int images) {
    images(images);
    configurations++;
    current = 0;
    inherited = -1;
  }

  synchronized StudyProgress progress() {
    int of = Math.max(allConfigurations, configurations + (current > 0 ? 1 : 0));
    long images = (long) configurations * imagesOfEach + current;
    long all = (long) of * imagesOfEach;
    double each = (System.nanoTime() - start) / 1e9 / Math.max(1, ofThisRun);
    return new StudyProgress(
        configurations,
        of,
        images,
        all,
        images * callsPerImage,
        all * callsPerImage,
        ofThisRun == 0 ? OptionalDouble.empty() : OptionalDouble.of(each * (all - images)));
  }
}
