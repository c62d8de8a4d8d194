package io.github.espalier.metrics.clip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against transformers, openai/CLIP and OpenCLIP; see make_clip_golden.py. */
class ClipGoldenTest {
  /** Of a vector of norm 1; products in binary32 leave about 1e-6. */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  static List<GoldenClip> models() {
    return GoldenClip.models();
  }

  @ParameterizedTest
  @MethodSource("models")
  void embeddingsAreTheReferences(GoldenClip golden) throws IOException {
    try (ClipModel model = ClipModel.open(golden.write(folder));
        Compute compute = Compute.withThreads(2)) {
      assertThat(model.layout().name()).isEqualTo(golden.about().get("layout").asText());
      List<float[]> texts = new ArrayList<>();
      for (String text : GoldenClip.texts()) {
        texts.add(model.embedText(compute, text));
      }
      assertNear(texts, golden.about().get("textEmbeddings"));
      assertNear(
          model.embedImages(compute, GoldenClip.images()), golden.about().get("imageEmbeddings"));
      assertThat(compute.workspace().lent()).isZero();
    }
  }

  private static void assertNear(List<float[]> found, JsonNode expected) {
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      double[] reference = GoldenClip.numbers(expected.get(i));
      double squares = 0;
      for (int j = 0; j < reference.length; j++) {
        squares += Math.pow(found.get(i)[j] - reference[j], 2);
      }
      assertThat(found.get(i)).hasSize(reference.length);
      assertThat(Math.sqrt(squares)).as("embedding %d", i).isLessThan(TOLERANCE);
    }
  }

  @Test
  void imagesAreFramedBitForBit() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (JsonNode each : GoldenClip.all().get("framings")) {
      ClipFraming framing = ClipFraming.valueOf(each.get(0).asText());
      JsonNode sizes = each.get(1);
      RgbImage image = Formula.image(sizes.get(0).asInt(), sizes.get(1).asInt());
      RgbImage framed =
          ClipPreprocess.openAi(sizes.get(2).asInt()).withFraming(framing).frame(image);
      assertThat(HexFormat.of().formatHex(digest.digest(framed.pixels())))
          .as("%s of %s", framing, sizes)
          .isEqualTo(each.get(2).asText());
    }
  }

  /** So that batches and the number of threads may be chosen freely. */
  @Test
  void embeddingsDoNotDependOnNeighboursOrThreads() throws IOException {
    try (ClipModel model = ClipModel.open(GoldenClip.named("transformers-quick").write(folder));
        Compute one = Compute.withThreads(1);
        Compute two = Compute.withThreads(2)) {
      List<float[]> together = model.embedImages(two, GoldenClip.images());
      assertThat(model.embedImage(one, GoldenClip.images().get(3))).isEqualTo(together.get(3));
      assertThat(model.embedText(one, "a red house"))
          .isEqualTo(model.embedText(two, "a red house"));
    }
  }
}
