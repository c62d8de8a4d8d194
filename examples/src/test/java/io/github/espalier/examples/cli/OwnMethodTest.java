package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.method.PruningMethod;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A method in a jar of its user works from the command line. */
class OwnMethodTest {
  private static final String SOURCE =
      """
      package com.example;

      import io.github.espalier.core.mask.Mask;
      import io.github.espalier.core.method.LayerContext;
      import io.github.espalier.core.method.Outcome;
      import io.github.espalier.core.method.PruningMethod;

      public final class PruneAll implements PruningMethod {
        @Override
        public String name() {
          return "all-of-it";
        }

        @Override
        public Outcome prune(LayerContext layer) {
          return Outcome.of(Mask.pruneAll(layer.layer().shape()));
        }
      }
      """;

  @TempDir Path temp;

  @Test
  void isFoundByItsName() throws Exception {
    Path jar = jar();
    Path log = temp.resolve("log");
    Path source = Checkpoints.folder(temp);

    int methods = JavaProcess.start(log, List.of(jar), "methods").waitFor();
    String listed = Files.readString(log);
    int prune =
        JavaProcess.start(
                log,
                List.of(jar),
                "prune",
                source.toString(),
                "--unet=35%",
                "--method=all-of-it",
                "--dry-run")
            .waitFor();

    assertThat(methods).as(listed).isZero();
    assertThat(listed).contains("all-of-it (com.example.PruneAll)");
    assertThat(prune).as(Files.readString(log)).isZero();
    assertThat(Files.readString(log)).containsPattern("unet +all-of-it .* 100\\.00%");
  }

  private Path jar() throws IOException, URISyntaxException {
    Path source = temp.resolve("PruneAll.java");
    Path classes = Files.createDirectory(temp.resolve("classes"));
    Files.writeString(source, SOURCE);
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    int status =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-cp",
            classPath(),
            "-d",
            classes.toString(),
            source.toString());
    assertThat(status).isZero();
    Path jar = temp.resolve("own.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("com/example/PruneAll.class"));
      out.write(Files.readAllBytes(classes.resolve("com/example/PruneAll.class")));
      out.putNextEntry(new JarEntry("META-INF/services/" + PruningMethod.class.getName()));
      out.write("com.example.PruneAll\n".getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static String classPath() throws URISyntaxException {
    String core =
        Path.of(PruningMethod.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString();
    return core + File.pathSeparator + System.getProperty("java.class.path");
  }
}
