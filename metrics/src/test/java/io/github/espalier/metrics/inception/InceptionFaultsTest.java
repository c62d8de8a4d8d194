package io.github.espalier.metrics.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not the network's. All but the first tensors are missing, for speed. */
class InceptionFaultsTest {
  private static final String FIRST = "Conv2d_1a_3x3.conv.weight";

  @TempDir Path temp;

  /** The first convolution with its norm. */
  private static Map<String, TensorData> first() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    Formula.shapes()
        .forEach(
            (name, shape) -> {
              if (name.startsWith("Conv2d_1a_3x3.")) {
                tensors.put(name, Formula.f32(shape, Formula.weight(name, shape)));
              }
            });
    return tensors;
  }

  private void refuses(Map<String, TensorData> tensors, String tensor, String message)
      throws IOException {
    Path file = temp.resolve("inception.safetensors");
    Safetensors.write(file, tensors, Map.of());
    assertThatThrownBy(() -> InceptionNetwork.load(file))
        .isInstanceOfSatisfying(
            CheckpointFormatException.class, e -> assertThat(e.tensor()).isEqualTo(tensor))
        .hasMessage(file + ": " + tensor + ": " + message);
  }

  @Test
  void missingTensor() throws IOException {
    refuses(
        first(),
        "Conv2d_2a_3x3.bn.weight",
        "is missing, expected [32] of the FID Inception network");
  }

  @Test
  void otherShape() throws IOException {
    Map<String, TensorData> tensors = first();
    tensors.put(FIRST, Formula.f32(Shape.of(32, 3, 5, 5), new float[2400]));
    refuses(tensors, FIRST, "has shape [32, 3, 5, 5], expected [32, 3, 3, 3]");
  }

  @Test
  void otherType() throws IOException {
    Map<String, TensorData> tensors = first();
    Shape shape = Shape.of(32, 3, 3, 3);
    tensors.put(FIRST, TensorData.ofBytes(DType.I32, shape, ByteBuffer.allocate(4 * 864)));
    refuses(tensors, FIRST, "has type I32, expected F16, BF16, F32 or F64");
  }

  @Test
  void notANumber() throws IOException {
    Map<String, TensorData> tensors = first();
    float[] values = new float[864];
    values[77] = Float.NaN;
    tensors.put(FIRST, Formula.f32(Shape.of(32, 3, 3, 3), values));
    refuses(tensors, FIRST, "element 77 is NaN in binary32, expected a finite number");
  }

  @Test
  void negativeVariance() throws IOException {
    Map<String, TensorData> tensors = first();
    float[] values = new float[32];
    values[3] = -0.5f;
    String name = "Conv2d_1a_3x3.bn.running_var";
    tensors.put(name, Formula.f32(Shape.of(32), values));
    refuses(tensors, name, "element 3 is -0.5, expected a variance of at least 0");
  }

  /** Its convolutions have the same names and shapes. */
  @Test
  void torchvisionsClassifier() throws IOException {
    Map<String, TensorData> tensors = first();
    tensors.put("fc.bias", Formula.f32(Shape.of(1000), new float[1000]));
    refuses(tensors, "fc.bias", "has shape [1000], expected [1008]");
  }

  @Test
  void torchvisionsSecondClassifier() throws IOException {
    Map<String, TensorData> tensors = first();
    tensors.put("AuxLogits.conv1.bn.bias", Formula.f32(Shape.of(768), new float[768]));
    refuses(
        tensors,
        "AuxLogits.conv1.bn.bias",
        "belongs to torchvision's Inception, expected the FID Inception network");
  }
}
