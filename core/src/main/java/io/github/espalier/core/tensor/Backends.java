package io.github.espalier.core.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Tells which ND4J backend runs, and how to get one. Stateless. */
public final class Backends {
  private static final String NONE =
      "No ND4J backend is on the class path. Add org.nd4j:nd4j-native:1.0.0-M2.1 to run on the CPU.";

  private Backends() {}

  /**
   * Starts ND4J unless it runs already.
   *
   * @throws IllegalStateException if no backend is on the class path, or none can run here; the
   *     message says what to add
   */
  public static void require() {
    try {
      Nd4j.getBackend();
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new IllegalStateException(NONE, e);
    }
  }

  /**
   * Describes the backend in plain words: its name, what multiplies matrices, data type and
   * threads. Starts ND4J, which takes a second or two the first time.
   *
   * @return a few lines of text without a line break at the end
   */
  public static String describe() {
    try {
      require();
    } catch (IllegalStateException e) {
      return NONE;
    }
    Nd4jBackend backend = Nd4j.getBackend();
    Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
    String name = backend.getClass().getSimpleName();
    boolean gpu = name.toLowerCase(Locale.ROOT).contains("cublas");
    StringBuilder text = new StringBuilder();
    text.append("Backend: ")
        .append(name)
        .append(gpu ? " (CUDA GPU)" : " (CPU)")
        .append(", ND4J ")
        .append(version());
    text.append("\nMatrix products: ")
        .append(environment.getOrDefault("blas.vendor", "unknown BLAS"))
        .append(" in float32; Espalier's own sums are accumulated in float64");
    text.append("\nNetworks: ").append(products(gpu));
    text.append("\nThreads: ")
        .append(environment.getOrDefault("omp.threads", "?"))
        .append(" for ND4J, ")
        .append(environment.getOrDefault("blas.threads", "?"))
        .append(" for BLAS, ")
        .append(Runtime.getRuntime().availableProcessors())
        .append(" processors");
    return text.toString();
  }

  private static String products(boolean gpu) {
    if (Blas.IS_NATIVE) {
      return "call OpenBLAS directly, one product on each thread";
    }
    return "multiply through ND4J, which copies; "
        + (gpu
            ? "on a GPU that is slow and not tested"
            : "add org.bytedeco:openblas with the classifier of this platform for direct calls");
  }

  private static String version() {
    Properties artifact = new Properties();
    try (InputStream in =
        Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
      if (in != null) {
        artifact.load(in);
      }
    } catch (IOException e) {
      artifact.clear();
    }
    return artifact.getProperty("version", "of unknown version");
  }
}
