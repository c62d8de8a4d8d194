package io.github.espalier.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.espalier.core.model.RewriteOptions.StorageFormat;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTypesTest {
  private static Layer layer(long... extents) {
    return new Layer(
        "a.weight", new Component("unet"), LayerKind.OTHER, Shape.of(extents), DType.F32);
  }

  @Test
  void aLayerIsAMatrixOfOutputsByInputs() {
    assertThat(layer(8, 4, 3, 3)).extracting(Layer::rows, Layer::columns).containsExactly(8L, 36L);
    assertThat(layer(8, 4)).extracting(Layer::rows, Layer::columns).containsExactly(8L, 4L);
    assertThat(layer(8)).extracting(Layer::rows, Layer::columns).containsExactly(8L, 1L);
    assertThat(layer()).extracting(Layer::rows, Layer::columns).containsExactly(1L, 1L);
    assertThat(layer(0, 4)).extracting(Layer::rows, Layer::columns).containsExactly(0L, 0L);
    assertThat(layer(8, 4, 3, 3).parameters()).isEqualTo(288);
    assertThat(layer().qualifiedName()).isEqualTo("unet/a.weight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "UNet", "text-encoder", "a/b", "a b"})
  void componentNamesArePlain(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Component(name))
        .withMessage("component name '" + name + "' has characters other than a-z, 0-9 and _");
  }

  @Test
  void componentsSortAndPrintByName() {
    Component component = new Component("text_encoder_2");

    assertThat(component).hasToString("text_encoder_2").isLessThan(new Component("unet"));
  }

  @Test
  void weightsAreMatricesAndTables() {
    assertThat(LayerKind.values())
        .filteredOn(LayerKind::isWeight)
        .containsExactly(LayerKind.LINEAR, LayerKind.CONV2D, LayerKind.EMBEDDING);
  }

  @Test
  void rewriteOptionsChangeOneAtATime() {
    RewriteOptions defaults = RewriteOptions.withDefaults();

    assertThat(defaults).isEqualTo(new RewriteOptions(false, StorageFormat.DENSE, true));
    assertThat(defaults.withOverwrite(true).withFormat(StorageFormat.SPARSE).withDurable(false))
        .isEqualTo(new RewriteOptions(true, StorageFormat.SPARSE, false));
  }

  @Test
  void formatErrorsNameFileAndTensor() {
    Path file = Path.of("unet", "model.safetensors");
    IOException cause = new IOException("cut");

    CheckpointFormatException ofFile = CheckpointFormatException.of(file, "is empty", cause);
    CheckpointFormatException ofTensor = CheckpointFormatException.of(file, "w", "is missing");

    assertThat(ofFile).hasMessage(file + ": is empty").hasCause(cause);
    assertThat(ofFile.file()).isEqualTo(file);
    assertThat(ofFile.tensor()).isNull();
    assertThat(ofTensor).hasMessage(file + ": w: is missing").hasNoCause();
    assertThat(ofTensor.tensor()).isEqualTo("w");
    assertThat(CheckpointFormatException.of(file, "is odd")).hasMessage(file + ": is odd");
  }
}
