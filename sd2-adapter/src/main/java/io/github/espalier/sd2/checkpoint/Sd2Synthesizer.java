package io.github.espalier.sd2.checkpoint;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.HalfPrecision;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.sd2.architecture.ArchitectureTensor;
import io.github.espalier.sd2.architecture.Correspondence;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.architecture.ModelConfig;
import io.github.espalier.sd2.architecture.ScheduleBuffers;
import io.github.espalier.sd2.architecture.Sd2Component;
import io.github.espalier.sd2.architecture.SingleFileNames;
import io.github.espalier.sd2.architecture.TextEncoderArchitecture;
import io.github.espalier.sd2.architecture.TextEncoderStyle;
import io.github.espalier.sd2.architecture.UnetArchitecture;
import io.github.espalier.sd2.architecture.VaeArchitecture;
import io.github.espalier.sd2.architecture.VaeAttentionNames;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;

/**
 * Writes checkpoints with the exact names, shapes and file layout of published ones, and Gaussian
 * weights: for benchmarks, and for trying things without a download.
 *
 * <p>Linear, convolution and embedding weights have a standard deviation of {@code columns^-1/2},
 * norms are 1, biases have a standard deviation of 0.01. F32 files have the layout of the published
 * ones, ordered by name and not padded; F16 files that of the current reference writer. A folder
 * whose text encoder has as many tokens as CLIP has CLIP's tokenizer; one with another number has
 * no {@code vocab.json} and {@code merges.txt}. The images of such a model are noise.
 *
 * <p>Immutable and safe for use by many threads.
 *
 * @param config the model's sizes
 * @param dtype F16 or F32
 * @param seed the same seed gives the same bytes
 */
public record Sd2Synthesizer(ModelConfig config, DType dtype, long seed) {
  private static final int PIECE = 1 << 16;
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  /**
   * Checks the type.
   *
   * @param config the model's sizes
   * @param dtype F16 or F32
   * @param seed the same seed gives the same bytes
   * @throws IllegalArgumentException if the type is another
   */
  public Sd2Synthesizer {
    if (dtype != DType.F16 && dtype != DType.F32) {
      throw new IllegalArgumentException("cannot synthesize " + dtype + "; expected F16 or F32");
    }
  }

  /**
   * Writes a checkpoint.
   *
   * @param target folder or file to create
   * @param layout its layout
   * @param overwrite whether an existing target is replaced
   * @param progress told how many bytes were written since the last call
   * @throws IOException if it cannot be written
   */
  public void write(Path target, CheckpointLayout layout, boolean overwrite, LongConsumer progress)
      throws IOException {
    if (layout == CheckpointLayout.SINGLE_FILE) {
      try (StagedOutput output = StagedOutput.file(target, overwrite)) {
        writeFile(output.staging(), singleFileTensors(), progress);
        output.commit(true);
      }
      return;
    }
    try (StagedOutput output = ReplaceableFolder.stage(target, overwrite)) {
      for (Map.Entry<String, String> file : FolderFiles.of(config).entrySet()) {
        Path path = output.staging().resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue().getBytes(StandardCharsets.UTF_8));
      }
      Vocabularies.writeIfClips(config, output.staging());
      for (Sd2Component component : Sd2Component.values()) {
        Path folder = output.staging().resolve(component.folder());
        Path file = folder.resolve(component.weightsStem() + ".safetensors");
        writeFile(file, folderTensors(component), progress);
      }
      output.commit(true);
    }
  }

  /**
   * Returns the sizes of a checkpoint's weight files, without writing them.
   *
   * @param layout its layout
   * @return bytes of each file by its path in a folder, such as {@code unet/diffusion_pytorch_model
   *     .safetensors}; of a single file under the path {@code ""}
   */
  public Map<String, Long> fileSizes(CheckpointLayout layout) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    if (layout == CheckpointLayout.SINGLE_FILE) {
      sizes.put("", layoutOf(singleFileTensors()).fileSize());
    } else {
      for (Sd2Component component : Sd2Component.values()) {
        String path = component.folder() + "/" + component.weightsStem() + ".safetensors";
        sizes.put(path, layoutOf(folderTensors(component)).fileSize());
      }
    }
    return sizes;
  }

  /**
   * Returns the size of a checkpoint's weights, which is what {@link #write} counts up to.
   *
   * @param layout its layout
   * @return bytes of Gaussian tensors in all
   */
  public long dataBytes(CheckpointLayout layout) {
    List<ArchitectureTensor> tensors = new ArrayList<>();
    if (layout == CheckpointLayout.SINGLE_FILE) {
      tensors.addAll(singleFileTensors());
    } else {
      for (Sd2Component component : Sd2Component.values()) {
        tensors.addAll(folderTensors(component));
      }
    }
    return tensors.stream()
        .filter(Sd2Synthesizer::isGaussian)
        .mapToLong(tensor -> tensor.shape().elements() * dtype.bytes())
        .sum();
  }

  private static boolean isGaussian(ArchitectureTensor tensor) {
    return tensor.kind() != LayerKind.OTHER && !ScheduleBuffers.names().contains(tensor.name());
  }

  private List<ArchitectureTensor> folderTensors(Sd2Component component) {
    return switch (component) {
      case UNET -> UnetArchitecture.tensors(config.unet());
      case VAE -> VaeArchitecture.tensors(config.vae(), VaeAttentionNames.OLD);
      case TEXT_ENCODER -> {
        List<ArchitectureTensor> tensors =
            new ArrayList<>(TextEncoderArchitecture.tensors(config.textEncoder()));
        tensors.addAll(TextEncoderArchitecture.optionalTensors(config.textEncoder()));
        yield tensors;
      }
    };
  }

  private List<ArchitectureTensor> singleFileTensors() {
    SingleFileNames names =
        SingleFileNames.of(
            config, TextEncoderStyle.of(config.textEncoder()), VaeAttentionNames.NEW);
    Map<String, ArchitectureTensor> tensors = new LinkedHashMap<>();
    for (Correspondence each : names.correspondences()) {
      tensors.put(
          each.singleFileName(),
          new ArchitectureTensor(
              each.singleFileName(), each.singleFileShape(), each.tensor().kind()));
    }
    names
        .publishedExtras()
        .forEach(
            (name, shape) ->
                tensors.put(name, new ArchitectureTensor(name, shape, extraKind(shape))));
    return List.copyOf(tensors.values());
  }

  private static LayerKind extraKind(Shape shape) {
    return shape.rank() > 1 ? LayerKind.LINEAR : LayerKind.NORM;
  }

  private void writeFile(Path path, List<ArchitectureTensor> tensors, LongConsumer progress)
      throws IOException {
    SafetensorsLayout layout = layoutOf(tensors);
    Map<String, float[]> schedule = ScheduleBuffers.sd2();
    try (SafetensorsWriter writer = SafetensorsWriter.open(path, layout)) {
      for (ArchitectureTensor tensor : tensors) {
        float[] vector = schedule.get(tensor.name());
        if (tensor.kind() == LayerKind.OTHER) {
          writePositions(writer, tensor);
        } else if (vector != null) {
          writePiece(writer, tensor.name(), 0, vector, vector.length);
        } else {
          writeGaussian(writer, tensor, progress);
        }
      }
      writer.finish();
    }
  }

  private SafetensorsLayout layoutOf(List<ArchitectureTensor> tensors) {
    List<TensorSpec> specs = new ArrayList<>();
    for (ArchitectureTensor tensor : tensors) {
      specs.add(new TensorSpec(tensor.name(), typeOf(tensor), tensor.shape()));
    }
    return dtype == DType.F32
        ? SafetensorsLayout.legacy(specs, METADATA)
        : SafetensorsLayout.modern(specs, METADATA);
  }

  private DType typeOf(ArchitectureTensor tensor) {
    return tensor.kind() == LayerKind.OTHER ? DType.I64 : dtype;
  }

  private static void writePositions(SafetensorsWriter writer, ArchitectureTensor tensor)
      throws IOException {
    int positions = Math.toIntExact(tensor.shape().elements());
    ByteBuffer bytes = ByteBuffer.allocate(positions * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < positions; i++) {
      bytes.putLong(i);
    }
    writer.write(tensor.name(), 0, bytes.flip());
  }

  private void writeGaussian(
      SafetensorsWriter writer, ArchitectureTensor tensor, LongConsumer progress)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed * 31 + tensor.name().hashCode());
    long elements = tensor.shape().elements();
    double mean = tensor.kind() == LayerKind.NORM ? 1 : 0;
    double deviation = deviation(tensor);
    float[] values = new float[PIECE];
    for (long first = 0; first < elements; first += PIECE) {
      int count = (int) Math.min(PIECE, elements - first);
      for (int i = 0; i < count; i++) {
        values[i] = (float) (mean + (deviation == 0 ? 0 : deviation * random.nextGaussian()));
      }
      writePiece(writer, tensor.name(), first, values, count);
      progress.accept((long) count * dtype.bytes());
    }
  }

  private static double deviation(ArchitectureTensor tensor) {
    Shape shape = tensor.shape();
    return switch (tensor.kind()) {
      case NORM -> 0;
      case BIAS -> 0.01;
      default -> Math.sqrt((double) shape.extent(0) / shape.elements());
    };
  }

  private void writePiece(
      SafetensorsWriter writer, String name, long first, float[] values, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      if (dtype == DType.F16) {
        bytes.putShort(HalfPrecision.floatToF16(values[i]));
      } else {
        bytes.putFloat(values[i]);
      }
    }
    writer.write(name, first * dtype.bytes(), bytes.flip());
  }
}
