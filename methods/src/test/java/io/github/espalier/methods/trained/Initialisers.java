package io.github.espalier.methods.trained;

import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import onnx.Onnx;

/** The weights of an ONNX graph of binary32, by the names that they had in PyTorch. */
final class Initialisers {
  static final Component ENCODER = new Component("encoder");

  private final Map<String, Onnx.TensorProto> tensors = new HashMap<>();
  private final Map<Layer, TensorData> linears = new LinkedHashMap<>();

  Initialisers(Onnx.GraphProto graph) {
    graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
    for (Onnx.NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("MatMul") && tensors.containsKey(node.getInput(1))) {
        addLinear(node);
      }
    }
  }

  /** A weight of a product has lost its name, but the product has kept that of its module. */
  private void addLinear(Onnx.NodeProto product) {
    String module = product.getName().replaceAll("^/|/MatMul$", "").replace('/', '.');
    String matrix = product.getInput(1);
    int inputs = (int) tensor(matrix).getDims(0);
    int outputs = (int) tensor(matrix).getDims(1);
    Shape shape = Shape.of(outputs, inputs);
    Layer layer = new Layer(module + ".weight", ENCODER, LayerKind.LINEAR, shape, DType.F32);
    linears.put(layer, TensorData.ofFloats(shape, transposed(values(matrix), inputs, outputs)));
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = values[i * columns + j];
      }
    }
    return result;
  }

  /** All linear layers in the order of the graph, {@code [outputs, inputs]}. */
  Map<Layer, TensorData> linears() {
    return linears;
  }

  /** A tensor in C order. */
  float[] values(String name) {
    Onnx.TensorProto tensor = tensor(name);
    if (tensor.getDataType() != Onnx.TensorProto.DataType.FLOAT_VALUE) {
      throw new IllegalArgumentException(name + " is no tensor of binary32");
    }
    var bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private Onnx.TensorProto tensor(String name) {
    Onnx.TensorProto tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the graph has no weights named " + name);
    }
    return tensor;
  }
}
