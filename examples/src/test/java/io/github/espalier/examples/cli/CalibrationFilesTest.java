package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.calibration.LayerStatistics;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.model.Layer;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationFilesTest {
  private static final String BLOCK = "text_model.encoder.layers.1.self_attn.";

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void calibrate() {
    file = temp.resolve("text.safetensors");
    Cli.Run run =
        Cli.run("calibrate", Checkpoints.f32(), "--component=text", "--limit=2", "--out", file);
    assertThat(run.status()).as(run.err()).isZero();
  }

  @Test
  void layersOfOneInputShareItsName() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(Checkpoints.f32());
        CalibrationFiles files = CalibrationFiles.open(List.of(file), checkpoint)) {
      LayerStatistics statistics = files.statistics();
      String query = statistics.input(layer(checkpoint, "q_proj"));
      assertThat(statistics.input(layer(checkpoint, "k_proj"))).isEqualTo(query);
      assertThat(statistics.input(layer(checkpoint, "v_proj"))).isEqualTo(query);
      assertThat(statistics.input(layer(checkpoint, "out_proj"))).isNotEqualTo(query);
    }
  }

  private static Layer layer(Sd2Checkpoint checkpoint, String name) {
    return checkpoint.layers().stream()
        .filter(layer -> layer.qualifiedName().endsWith(BLOCK + name + ".weight"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void twoFilesOfTheSameLayersAreRefused() throws IOException {
    Path copy = Files.copy(file, temp.resolve("copy.safetensors"));
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(Checkpoints.f32())) {
      assertThatThrownBy(() -> CalibrationFiles.open(List.of(file, copy), checkpoint))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContainingAll(copy.toString(), file.toString(), "give one of the files");
    }
  }
}
