package io.github.espalier.core.prune;

import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.model.Layer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;

/**
 * Bounds the native memory that layers with calibration statistics take at the same time, whatever
 * the number of threads: the Gram matrix of the widest input of SD2's U-Net takes 2 GiB, and what
 * is derived from it twice that. Layers wait for their turn; one that needs more than there is goes
 * alone. Safe for use by many threads.
 */
final class StatisticsMemory {
  /** So that the widest layer goes alone, and the next widest in twos or threes. */
  private static final int MEBIBYTES = 6 << 10;

  /** The upper triangle of a Gram matrix in binary64, and one or two matrices in binary32. */
  private static final long BYTES_OF_PRODUCT = 12;

  /** A layer's weights in binary32, and copies of them. */
  private static final long BYTES_OF_WEIGHT = 16;

  private final Semaphore free = new Semaphore(MEBIBYTES, true);

  /**
   * Does a job once there is memory for it.
   *
   * @param job layers that share an input and are pruned one after another
   * @param work what is done
   * @return what that returns
   * @throws Exception what that throws
   */
  <T> T having(List<LayerTask> job, Callable<T> work) throws Exception {
    int mebibytes = mebibytes(job);
    free.acquireUninterruptibly(mebibytes);
    try {
      return work.call();
    } finally {
      free.release(mebibytes);
    }
  }

  private static int mebibytes(List<LayerTask> job) {
    long most = 0;
    for (LayerTask task : job) {
      if (task.step().calibration() != LayerStatistics.NONE) {
        most = Math.max(most, bytes(task.layer()));
      }
    }
    return (int) Math.min(MEBIBYTES, most >> 20);
  }

  private static long bytes(Layer layer) {
    return BYTES_OF_PRODUCT * layer.columns() * layer.columns()
        + BYTES_OF_WEIGHT * layer.parameters();
  }
}
