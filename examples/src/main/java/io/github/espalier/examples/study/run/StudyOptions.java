package io.github.espalier.examples.study.run;

/**
 * How a study is carried out; of no effect on its result. Immutable.
 *
 * @param threads that compute, at least 1
 * @param batch how many images are made at the same time; 0 to choose by the size of the model
 * @param keepImages how many images of each configuration stay once it is scored, the first ones;
 *     the others are deleted
 */
public record StudyOptions(int threads, int batch, int keepImages) {
  /**
   * Checks the numbers.
   *
   * @param threads that compute
   * @param batch how many images are made at the same time
   * @param keepImages how many images of each configuration stay
   * @throws IllegalArgumentException if a number is out of range
   */
  public StudyOptions {
    if (threads < 1 || batch < 0 || keepImages < 0) {
      throw new IllegalArgumentException(
          "threads must be at least 1, and batch and keepImages at least 0");
    }
  }

  /**
   * Returns the usual options.
   *
   * @return all processors, a batch by the size of the model, 16 images kept
   */
  public static StudyOptions withDefaults() {
    return new StudyOptions(Runtime.getRuntime().availableProcessors(), 0, 16);
  }

  /**
   * Sets the number of threads.
   *
   * @param value at least 1
   * @return a changed copy
   */
  public StudyOptions withThreads(int value) {
    return new StudyOptions(value, batch, keepImages);
  }

  /**
   * Sets how many images are made at the same time.
   *
   * @param value 0 to choose by the size of the model
   * @return a changed copy
   */
  public StudyOptions withBatch(int value) {
    return new StudyOptions(threads, value, keepImages);
  }

  /**
   * Sets how many images stay.
   *
   * @param value of each configuration, 0 or more
   * @return a changed copy
   */
  public StudyOptions withKeepImages(int value) {
    return new StudyOptions(threads, batch, value);
  }
}
