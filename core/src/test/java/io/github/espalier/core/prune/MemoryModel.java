package io.github.espalier.core.prune;

import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.Layer;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.ModelRewrite;
import io.github.espalier.core.model.PrunableModel;
import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.DoubleStream;

/** A model in memory, whose copies remember what was done to them. */
final class MemoryModel implements PrunableModel {
  static final Component UNET = new Component("unet");
  static final Component TEXT = new Component("text_encoder");
  static final Path TARGET = Path.of("pruned");

  /** What reading and copying do besides; may throw to make them fail. */
  Consumer<Layer> beforeRead = layer -> {};

  Consumer<LongConsumer> beforeCopy = progress -> {};

  final List<Rewrite> rewrites = new ArrayList<>();
  private final Map<Layer, byte[]> weights = new LinkedHashMap<>();

  /** Adds a layer of given numbers. */
  Layer add(Component component, String name, DType dtype, Shape shape, double... values) {
    return add(component, name, LayerKind.LINEAR, dtype, shape, values);
  }

  Layer add(
      Component component,
      String name,
      LayerKind kind,
      DType dtype,
      Shape shape,
      double... values) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(values.length + " values for " + shape);
    }
    Layer layer = new Layer(name, component, kind, shape, dtype);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (dtype) {
        case F16 -> bytes.putShort(HalfPrecision.floatToF16((float) value));
        case BF16 -> bytes.putShort(HalfPrecision.floatToBf16((float) value));
        case F32 -> bytes.putFloat((float) value);
        case F64 -> bytes.putDouble(value);
        default -> bytes.putLong((long) value);
      }
    }
    weights.put(layer, bytes.array());
    return layer;
  }

  /** Adds a layer of random numbers, among them many equal ones and zeros of both signs. */
  Layer addRandom(Component component, String name, DType dtype, Shape shape, long seed) {
    Random random = new Random(seed);
    return add(
        component,
        name,
        dtype,
        shape,
        DoubleStream.generate(
                () -> random.nextInt(4) == 0 ? random.nextInt(5) * -0.25 : random.nextGaussian())
            .limit(shape.elements())
            .toArray());
  }

  byte[] bytes(Layer layer) {
    return Objects.requireNonNull(weights.get(layer));
  }

  double[] values(Layer layer) {
    return values(layer, bytes(layer));
  }

  static double[] values(Layer layer, byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[(int) layer.parameters()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (layer.dtype()) {
            case F16 -> HalfPrecision.f16ToFloat(bytes.getShort());
            case BF16 -> HalfPrecision.bf16ToFloat(bytes.getShort());
            case F32 -> bytes.getFloat();
            default -> bytes.getDouble();
          };
    }
    return values;
  }

  /** Returns a layer's bytes in the copy that was begun last. */
  byte[] written(Layer layer) {
    return Objects.requireNonNull(copy().output.get(layer));
  }

  /** Returns the copy that was begun last. */
  Rewrite copy() {
    return rewrites.get(rewrites.size() - 1);
  }

  @Override
  public Path source() {
    return Path.of("folder", "model");
  }

  @Override
  public List<Layer> layers() {
    return List.copyOf(weights.keySet());
  }

  @Override
  public TensorData weights(Layer layer) {
    TensorData data =
        TensorData.ofBytes(layer.dtype(), layer.shape(), ByteBuffer.wrap(bytes(layer)));
    return new TensorData() {
      @Override
      public DType dtype() {
        return layer.dtype();
      }

      @Override
      public Shape shape() {
        return layer.shape();
      }

      @Override
      public void read(long byteOffset, ByteBuffer target) throws IOException {
        beforeRead.accept(layer);
        data.read(byteOffset, target);
      }
    };
  }

  @Override
  public ModelRewrite rewrite(Path target, List<Layer> pruned, RewriteOptions options) {
    Rewrite rewrite = new Rewrite(pruned);
    rewrites.add(rewrite);
    return rewrite;
  }

  @Override
  public void close() {}

  /** A copy of the model. */
  final class Rewrite implements ModelRewrite {
    private static final int PIECE = 1000;

    final Map<Layer, byte[]> output = new LinkedHashMap<>();
    final AtomicInteger active = new AtomicInteger();
    final List<Layer> changed;
    String provenance = "";
    boolean committed;
    boolean closed;
    boolean closedWhileActive;

    Rewrite(List<Layer> changed) {
      this.changed = changed;
      weights.forEach((layer, bytes) -> output.put(layer, new byte[bytes.length]));
    }

    @Override
    public List<Copy> copies() {
      List<Copy> copies = new ArrayList<>();
      for (Layer layer : layers()) {
        if (!changed.contains(layer)) {
          copies.add(new LayerCopy(layer));
        }
      }
      return copies;
    }

    @Override
    public void write(Layer layer, long byteOffset, ByteBuffer bytes) {
      if (!changed.contains(layer)) {
        throw new IllegalArgumentException(layer + " was not announced");
      }
      active.incrementAndGet();
      bytes.get(Objects.requireNonNull(output.get(layer)), (int) byteOffset, bytes.remaining());
      active.decrementAndGet();
    }

    @Override
    public void commit(String text) {
      provenance = text;
      committed = true;
    }

    @Override
    public void close() {
      closed = true;
      closedWhileActive = active.get() > 0;
    }

    private final class LayerCopy implements Copy {
      private final Layer layer;

      LayerCopy(Layer layer) {
        this.layer = layer;
      }

      @Override
      public long bytes() {
        return MemoryModel.this.bytes(layer).length;
      }

      @Override
      public void run(LongConsumer progress) {
        active.incrementAndGet();
        try {
          beforeCopy.accept(progress);
          byte[] source = MemoryModel.this.bytes(layer);
          byte[] target = Objects.requireNonNull(output.get(layer));
          for (int at = 0; at < source.length; at += PIECE) {
            int length = Math.min(PIECE, source.length - at);
            System.arraycopy(source, at, target, at, length);
            progress.accept(length);
          }
        } finally {
          active.decrementAndGet();
        }
      }
    }
  }
}
