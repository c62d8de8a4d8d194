package io.github.espalier.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendsTest {
  @Test
  void describesTheBackendInPlainWords() {
    String text = Backends.describe();

    assertThat(text.lines().map(line -> line.substring(0, line.indexOf(':'))))
        .containsExactly("Backend", "Matrix products", "Networks", "Threads");
    assertThat(text)
        .startsWith("Backend: CpuBackend (CPU), ND4J 1.0.0-M2.1\n")
        .contains("Matrix products: OPENBLAS ")
        .contains("Networks: call OpenBLAS directly, one product on each thread\n")
        .containsPattern("Threads: \\d+ for ND4J, \\d+ for BLAS, \\d+ processors")
        .doesNotContain("?")
        .doesNotEndWith("\n");
  }

  /** A class loader that has everything but the backend, as in an application that forgot it. */
  @Test
  void withoutABackendItSaysWhatToAdd() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.contains("nd4j-native")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> backends = loader.loadClass(Backends.class.getName());
      String advice = "Add org.nd4j:nd4j-native:1.0.0-M2.1";

      assertThat((String) backends.getMethod("describe").invoke(null)).contains(advice);
      Method require = backends.getMethod("require");
      assertThatThrownBy(() -> require.invoke(null))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(advice);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
