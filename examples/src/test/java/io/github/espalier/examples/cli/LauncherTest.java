package io.github.espalier.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, which seems to be built already, with a Java that tells its locale. */
@EnabledOnOs(OS.LINUX)
class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      if [ "$1" = -version ]; then
        echo 'openjdk version "17.0.1"' >&2
      else
        echo "${LC_ALL:-none} $(locale charmap)"
      fi
      """;

  @TempDir Path temp;
  private Path launcher;

  @BeforeEach
  void make() throws IOException {
    Files.writeString(temp.resolve("pom.xml"), "");
    Path target = Files.createDirectories(temp.resolve("examples/target"));
    launcher = Files.copy(Path.of("espalier"), temp.resolve("examples/espalier"));
    Files.writeString(target.resolve("espalier-examples-1.jar"), "");
    Files.writeString(target.resolve("espalier.classpath"), "none.jar");
    Files.writeString(target.resolve("espalier.built"), "");
    Path java = Files.createDirectories(temp.resolve("java/bin")).resolve("java");
    Files.writeString(java, JAVA);
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private String locale(String language) throws IOException, InterruptedException {
    return run(language, "help");
  }

  private String run(String language, String... args) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", launcher.toString());
    builder.command().addAll(List.of(args));
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", temp.resolve("java").toString());
    environment.put("LC_ALL", language);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void namesOfFilesAreUtf8EvenIfTheLocaleIsC() throws IOException, InterruptedException {
    assertThat(locale("C")).matches("(?i)C\\.utf-?8 UTF-8");
    assertThat(locale("POSIX")).matches("(?i)C\\.utf-?8 UTF-8");
    assertThat(locale("C.UTF-8")).isEqualTo("C.UTF-8 UTF-8");
  }

  @Test
  void sparkIsLoadedForItsOwnCommandOnly() throws IOException, InterruptedException {
    Path target = Files.createDirectories(temp.resolve("examples/spark/target"));
    Files.writeString(target.resolve("espalier-examples-spark-1.jar"), "");
    Files.writeString(target.resolve("espalier.classpath"), "spark-core.jar");
    Files.writeString(target.resolve("espalier.built"), "");
    Files.writeString(temp.resolve("java/bin/java"), JAVA.replace("echo \"$", "echo \"$@ $"));

    assertThat(run("C.UTF-8", "--debug", "study-spark", "sd2"))
        .contains("@" + temp.toRealPath().resolve("examples/spark/jvm.options"))
        .contains("espalier-examples-spark-1.jar:spark-core.jar")
        .contains("--debug study-spark sd2");
    assertThat(run("C.UTF-8", "help", "study-spark")).contains(":none.jar").doesNotContain("@");
  }
}
