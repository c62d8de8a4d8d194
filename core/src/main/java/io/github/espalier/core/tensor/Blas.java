package io.github.espalier.core.tensor;

import java.util.Locale;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;

/** Whether products run on OpenBLAS directly, and on how many of its threads. */
final class Blas {
  /**
   * False on a GPU, whose products are ND4J's, and where OpenBLAS has no binary for the platform.
   */
  static final boolean IS_NATIVE = isNative();

  private static int users;
  private static int threadsBefore;

  private Blas() {}

  private static boolean isNative() {
    Backends.require();
    String backend = Nd4j.getBackend().getClass().getSimpleName().toLowerCase(Locale.ROOT);
    if (!backend.contains("cpu")) {
      return false;
    }
    try {
      openblas.blas_get_num_threads();
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  /**
   * From now on OpenBLAS runs on the calling thread alone, until as many calls of {@link #leave}.
   */
  static synchronized void enterSingleThread() {
    if (IS_NATIVE && users++ == 0) {
      threadsBefore = openblas.blas_get_num_threads();
      openblas.blas_set_num_threads(1);
    }
  }

  static synchronized void leave() {
    if (IS_NATIVE && --users == 0) {
      int before = threadsBefore > 0 ? threadsBefore : Runtime.getRuntime().availableProcessors();
      openblas.blas_set_num_threads(before);
    }
  }
}
