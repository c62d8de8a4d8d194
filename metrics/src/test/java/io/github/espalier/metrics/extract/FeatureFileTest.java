package io.github.espalier.metrics.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what features are kept in. */
class FeatureFileTest {
  @TempDir Path folder;
  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, TensorData> tensors = new TreeMap<>();

  @BeforeEach
  void makeSound() {
    metadata.put("espalier.format", "features-2");
    metadata.put("espalier.protocol", "clean-fid");
    metadata.put("espalier.network", "network");
    metadata.put("espalier.tap", "tap");
    metadata.put("espalier.weights", "hash");
    tensors.put("features", TensorData.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
    tensors.put("images", bytes(Shape.of(9), "[\"a\",\"b\"]"));
    tensors.put("hashes", bytes(Shape.of(2, 32), "x".repeat(64)));
    tensors.put("skipped", bytes(Shape.of(2), "[]"));
  }

  private static TensorData bytes(Shape shape, String text) {
    return TensorData.ofBytes(
        DType.U8, shape, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void refuses(String message) throws IOException {
    Path file = folder.resolve("features.safetensors");
    Safetensors.write(file, tensors, metadata, true);
    assertThatThrownBy(() -> ExtractedFeatures.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(file + ": " + message);
    makeSound();
  }

  @Test
  void soundFileIsRead() throws IOException {
    Path file = folder.resolve("features.safetensors");
    Safetensors.write(file, tensors, metadata);
    ExtractedFeatures features = ExtractedFeatures.read(file);
    assertThat(features.count()).isEqualTo(2);
    assertThat(features.width()).isEqualTo(3);
    double[] row = new double[3];
    features.load().get(1, row);
    assertThat(row).containsExactly(4, 5, 6);
    assertThat(features.summary().mean()).containsExactly(2.5, 3.5, 4.5);
  }

  @Test
  void faultsAreNamed() throws IOException {
    metadata.remove("espalier.format");
    refuses("is no file of features: its metadata has espalier.format = null, expected features-2");
    metadata.remove("espalier.protocol");
    refuses("does not say what made its features: the name of a protocol is blank");
    metadata.put("espalier.tap", "");
    refuses("does not say what made its features: the tap of a network is blank");
    metadata.put("espalier.network", "fid-inception-v3");
    refuses("names the weights of fid-inception-v3 'hash', expected their SHA-256");
    metadata.put("espalier.network", "fid-inception-v3");
    metadata.put("espalier.weights", "0a".repeat(32));
    metadata.put("espalier.tap", "2048");
    refuses("features: has 3 columns, but fid-inception-v3, tap 2048, has 2048");
    tensors.remove("hashes");
    refuses("hashes: is missing");
    tensors.put("features", bytes(Shape.of(2, 3), "123456"));
    refuses("features: is U8 [2, 3], expected F32 of rank 2");
    tensors.put("features", TensorData.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, Float.NaN, 6));
    Path file = folder.resolve("features.safetensors");
    Safetensors.write(file, tensors, metadata, true);
    ExtractedFeatures features = ExtractedFeatures.read(file);
    assertThatThrownBy(features::summary)
        .hasMessage(file + ": features: feature 1 of vector 1 is NaN");
    assertThatThrownBy(features::load)
        .hasMessage(file + ": features: feature 1 of vector 1 is NaN");
    makeSound();
    Safetensors.write(
        file, Map.of("features", TensorData.ofFloats(Shape.of(1, 3), 1, 2, 3)), metadata, true);
    assertThatThrownBy(features::summary)
        .hasMessage(file + ": features: changed while it was used");
    tensors.put("features", TensorData.ofFloats(Shape.of(2, 0)));
    refuses("features: has 0 columns");
    tensors.put("images", bytes(Shape.of(5), "[\"a\"]"));
    refuses("has features of 2 images, but 1 names and hashes of [2, 32]");
    tensors.put("images", bytes(Shape.of(3), "[a]"));
    refuses("images: is no JSON of the expected form");
    tensors.put("skipped", bytes(Shape.of(7), "[[\"a\"]]"));
    refuses("skipped: has no list of names, reasons and SHA-256");
    tensors.put("skipped", bytes(Shape.of(15), "[[\"a\",\"b\",\"c\"]]"));
    refuses("skipped: has no list of names, reasons and SHA-256");
  }
}
