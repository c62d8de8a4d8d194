package io.github.espalier.metrics.extract;

/** Watches an extraction. All methods are called by the thread that runs it. */
public interface ExtractionListener {
  /** Watches nothing. */
  ExtractionListener NONE = (done, images) -> {};

  /**
   * Images were done; first called with those that an earlier run left, also if there are none.
   *
   * @param done how many in all, skipped ones among them
   * @param images how many there are
   */
  void progress(int done, int images);

  /**
   * An image was passed over, in this run or an earlier one.
   *
   * @param image which and why
   */
  default void skipped(SkippedImage image) {}
}
