package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On the files that the tests of sd2-adapter have; Maven runs the tests of a module in its folder.
 */
class ConvertWeightsCommandTest {
  private static final Path GOLDENS =
      Path.of("../sd2-adapter/src/test/resources/io/github/espalier/sd2/torch");

  @TempDir Path temp;

  private Path source;
  private Path target;

  @BeforeEach
  void copy() throws IOException {
    source = Files.copy(GOLDENS.resolve("nested.pth"), temp.resolve("nested.pth"));
    target = temp.resolve("out.safetensors");
  }

  @Test
  void convertsAll() throws IOException {
    Run run = Cli.run("convert-weights", source, target);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Files.readAllBytes(target))
        .isEqualTo(Files.readAllBytes(GOLDENS.resolve("nested.safetensors")));
    assertThat(run.out())
        .startsWith("Wrote " + target + ": ")
        .contains("(format zip)", "Left out, no tensors: epoch, best", "state_dict, optimizer");
  }

  @Test
  void convertsOneDictionaryAndReportsAsJson() throws IOException {
    Run run = Cli.run("convert-weights", source, target, "--key", "state_dict", "--json");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Files.readAllBytes(target))
        .isEqualTo(Files.readAllBytes(GOLDENS.resolve("nested-state-dict.safetensors")));
    JsonNode root = new ObjectMapper().readTree(run.out());
    assertThat(root.path("format").asText()).isEqualTo("zip");
    assertThat(root.path("fileSize").asLong()).isEqualTo(Files.size(target));
    assertThat(root.path("leftOut").isEmpty()).isTrue();
  }

  @Test
  void listsAndWritesNothing() throws IOException {
    Run run = Cli.run("convert-weights", source, "--list", "--key=state_dict");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("0\\.weight +F32 +\\[4, 3] +48");

    JsonNode root =
        new ObjectMapper().readTree(Cli.run("convert-weights", source, "--list", "--json").out());
    assertThat(root.path("list").size()).isEqualTo(root.path("tensors").asInt()).isPositive();
    assertThat(Checkpoints.names(temp)).containsExactly("nested.pth");
  }

  @Test
  void replacesOnlyIfAsked() throws IOException {
    Files.writeString(target, "mine");
    Run refused = Cli.run("convert-weights", source, target);
    assertThat(refused.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(refused.err()).contains("exists already");
    assertThat(target).hasContent("mine");

    assertThat(Cli.run("convert-weights", source, target, "--overwrite", "-q").out()).isEmpty();
    assertThat(Files.size(target)).isGreaterThan(1000);
  }

  @Test
  void refusesInOneLine() throws IOException {
    Path attack = Files.copy(GOLDENS.resolve("attack-zip.pth"), temp.resolve("attack.pth"));
    Run run = Cli.run("convert-weights", attack, target);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines())
        .singleElement()
        .asString()
        .startsWith(
            "espalier: "
                + attack
                + ": posix.system, in the entry b, is not a tensor's constructor; the file is"
                + " refused, and nothing of it was run; ");
    assertThat(Path.of("espalier-was-here")).doesNotExist();

    Run key = Cli.run("convert-weights", source, target, "--key", "model");
    assertThat(key.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(key.errLines()).hasSize(1);
    assertThat(key.err()).contains("has no dictionary model at its top; it has");

    assertThat(Cli.run("convert-weights", temp.resolve("none.pth"), target).err())
        .contains("there is no such file");
    assertThat(Cli.run("convert-weights", source).status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Checkpoints.names(temp)).containsExactlyInAnyOrder("attack.pth", "nested.pth");
  }

  /** Whatever it is, the bytes are the same in the end. */
  @ParameterizedTest
  @ValueSource(strings = {".espalier-partial", ".espalier-unfinished"})
  void goesOnWithWhatAKilledRunLeft(String ending) throws IOException {
    Path left = temp.resolve("." + target.getFileName() + ending);
    byte[] half = Files.readAllBytes(GOLDENS.resolve("nested.safetensors"));
    Arrays.fill(half, half.length / 2, half.length, (byte) 0);
    Files.write(left, half);

    Run run = Cli.run("convert-weights", source, target);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(target).hasSameBinaryContentAs(GOLDENS.resolve("nested.safetensors"));
    assertThat(left).doesNotExist();
  }

  @Test
  void cancelledItSaysThatItGoesOn() throws IOException {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();

    Run run = Cli.run(cancellation, "convert-weights", source, target);

    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(run.err()).contains("the same command goes on with what was saved");
    assertThat(target).doesNotExist();
  }
}
