package io.github.espalier.sd2.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.safetensors.SafetensorsFile;
import io.github.espalier.sd2.scheduler.SchedulerConfig;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that cannot be used, or only when something else is given. */
class LoadingTest {
  private static final List<ImageRequest> REQUESTS =
      List.of(ImageRequest.of("a dog", 1), ImageRequest.of("a cat", 42));
  private static final GenerationSettings SETTINGS = GenerationSettings.withDefaults().withSteps(2);

  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    Path original = GoldenRuns.resource("checkpoint/small-e2e");
    try (Stream<Path> walk = Files.walk(original)) {
      for (Path path : walk.toList()) {
        Path place = folder.resolve(original.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(place);
        } else {
          Files.copy(path, place);
        }
      }
    }
  }

  private TextToImage load() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(folder)) {
      return TextToImage.load(checkpoint);
    }
  }

  @Test
  void theSizeMustBeKnown() throws IOException {
    Path config = folder.resolve("unet/config.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(config.toFile());
    Files.writeString(config, json.putNull("sample_size").toString());
    try (TextToImage pipeline = load()) {
      assertThatThrownBy(() -> pipeline.generate(REQUESTS, SETTINGS, image -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("height is not given, and the checkpoint does not say its own");
    }
  }

  @Test
  void theTokenizerMustFitTheTextEncoder() throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(folder)) {
      SchedulerConfig scheduler =
          SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json"));
      assertThatThrownBy(() -> TextToImage.load(checkpoint, ClipTokenizer.openAi(), scheduler))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContainingAll(folder.toString(), "has 49408 tokens", "text encoder has 574");
      ClipTokenizer longer = checkpoint.tokenizer().withMaxLength(78);
      assertThatThrownBy(() -> TextToImage.load(checkpoint, longer, scheduler))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContainingAll("makes 78 of a text", "takes 77");
    }
  }

  @Test
  void filesMustNotChangeMeanwhile() throws IOException {
    Path weights = folder.resolve("vae/diffusion_pytorch_model.safetensors");
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(folder)) {
      FileTime before = Files.getLastModifiedTime(weights);
      Files.setLastModifiedTime(weights, FileTime.fromMillis(before.toMillis() + 5000));
      assertThatThrownBy(() -> TextToImage.load(checkpoint))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContainingAll(weights.toString(), "was changed");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text_encoder/model, text_model.final_layer_norm.weight, after U-Net call 1",
    "unet/diffusion_pytorch_model, conv_out.bias, after U-Net call 1",
    "vae/diffusion_pytorch_model, decoder.conv_out.bias, from the decoder",
    "vae/diffusion_pytorch_model, post_quant_conv.weight, from the decoder",
  })
  void imagesOfNoNumbersAreAFailure(String file, String tensor, String place) throws IOException {
    putNaN(folder.resolve(file + ".safetensors"), tensor);
    try (TextToImage pipeline = load()) {
      assertThatThrownBy(() -> pipeline.generate(REQUESTS, SETTINGS, image -> {}))
          .isInstanceOf(NonFiniteImageException.class)
          .hasMessageStartingWith("image 0 of the list (prompt \"a dog\", seed 1) has values")
          .hasMessageContaining(place);
    }
  }

  /** Replaces the first number, which is of 16 bits. */
  private static void putNaN(Path file, String tensor) throws IOException {
    long position;
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      position = open.tensor(tensor).filePosition();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0, 0x7e}), position);
    }
  }
}
