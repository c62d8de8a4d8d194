package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  @TempDir Path temp;

  @Test
  void acceptsAllFilesOfAFolder() throws IOException {
    Run run = Cli.run("verify", Checkpoints.folder(temp));

    assertThat(run.status()).isZero();
    assertThat(run.out().lines()).hasSize(3).allMatch(line -> line.contains(": accepted ("));
  }

  @Test
  void rejectsAndGoesOn() throws IOException {
    Path bad = Files.writeString(temp.resolve("bad.safetensors"), "not at all");
    Path absent = temp.resolve("absent.safetensors");
    Path good = Checkpoints.singleFile();

    Run run = Cli.run("verify", bad, absent, good);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).startsWith(bad + ": rejected: "),
            line -> assertThat(line).isEqualTo(absent + ": there is no such file or folder"),
            line -> assertThat(line).startsWith(good + ": accepted (1000 tensors, "));
  }

  @Test
  void modesDifferAboutDuplicates() throws IOException {
    String entry = "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
    byte[] header = ("{" + entry + "," + entry + "}").getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + 1)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    Path path = Files.write(temp.resolve("twice.safetensors"), file.array());

    assertThat(Cli.run("verify", path, "--mode=reference").status()).isZero();
    Run strict = Cli.run("verify", path, "--mode=strict");
    assertThat(strict.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(strict.out()).startsWith(path + ": rejected: ");
    assertThat(Cli.run("verify", path).out()).isEqualTo(strict.out());
  }

  @Test
  void folderWithoutFilesIsAnError() {
    Run run = Cli.run("verify", temp);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines()).hasSize(1);
  }
}
