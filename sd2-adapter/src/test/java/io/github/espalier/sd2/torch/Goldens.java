package io.github.espalier.sd2.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Files that {@code make_torch_golden.py} made, and what a failed conversion leaves behind. */
final class Goldens {
  private Goldens() {}

  static byte[] bytes(String name) {
    try (InputStream stream = Goldens.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path copy(String name, Path folder) throws IOException {
    return Files.write(folder.resolve(name), bytes(name));
  }

  /** Says why a conversion is refused, and makes sure that it left nothing. */
  static String refused(Path source) throws IOException {
    Path folder = Files.createTempDirectory("refused");
    try {
      Path target = folder.resolve("new/out.safetensors");
      Throwable thrown =
          catchThrowable(() -> TorchConverter.convert(source, target, TorchOptions.withDefaults()));
      assertThat(thrown).isExactlyInstanceOf(CheckpointFormatException.class);
      String message = String.valueOf(thrown.getMessage());
      assertThat(message).startsWith(source + ": ").hasSizeLessThan(1000);
      assertThat(message.chars().noneMatch(Character::isISOControl)).as(message).isTrue();
      assertThat(names(folder)).isEmpty();
      return message.substring((source + ": ").length());
    } finally {
      Files.delete(folder);
    }
  }

  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(each -> !each.equals(folder)).map(Path::toString).sorted().toList();
    }
  }
}
