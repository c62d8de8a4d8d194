package io.github.espalier.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruningMethodsTest {
  /** Takes the name of another method. */
  public static final class Impostor implements PruningMethod {
    @Override
    public String name() {
      return "last-columns-first";
    }

    @Override
    public Outcome prune(LayerContext layer) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aMethodOfOnesOwnIsFoundByName() {
    assertThat(PruningMethods.named("last-columns-first")).isInstanceOf(LastColumnsFirst.class);
    assertThat(PruningMethods.names()).contains("last-columns-first").isSorted();
  }

  @Test
  void anUnknownNameListsWhatThereIsAndTheNearest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PruningMethods.named("last-colums-first"))
        .withMessageContaining("unknown pruning method 'last-colums-first'; available: ")
        .withMessageContaining("nearest: last-columns-first. ")
        .withMessageContaining("META-INF/services/" + PruningMethod.class.getName());
  }

  @Test
  void twoMethodsOfOneNameAreAnError(@TempDir Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(PruningMethod.class.getName()), Impostor.class.getName() + "\n");

    inClassLoaderWith(
        folder,
        () ->
            assertThatIllegalStateException()
                .isThrownBy(PruningMethods::names)
                .withMessageContaining("two pruning methods are named 'last-columns-first'")
                .withMessageContaining(Impostor.class.getName())
                .withMessageContaining(LastColumnsFirst.class.getName()));
  }

  @Test
  void aMethodListedTwiceIsFine(@TempDir Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(PruningMethod.class.getName()), LastColumnsFirst.class.getName() + "\n");

    inClassLoaderWith(
        folder, () -> assertThat(PruningMethods.names()).containsOnlyOnce("last-columns-first"));
  }

  private static void inClassLoaderWith(Path folder, Runnable test) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      test.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
