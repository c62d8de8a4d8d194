package io.github.espalier.metrics.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captions of COCO and the choice among them. */
class CaptionedImagesTest {
  private static final String IMAGES =
      """
      "images": [{"file_name": "8.jpg", "id": 8, "license": {"id": 3}},
        {"id": 7, "file_name": "7.jpg"}]
      """;
  private static final String ANNOTATIONS =
      """
      "annotations": [
        {"image_id": 7, "id": 1, "caption": " a dog\\n"},
        {"caption": "", "image_id": 8},
        {"image_id": 7, "id": 3, "caption": "another dog"}]
      """;

  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("captions.json"), content);
  }

  @Test
  void readsTheFirstCaptionOfEachImageAsItIs() throws IOException {
    for (String content :
        List.of(
            "{" + IMAGES + "," + ANNOTATIONS + "}",
            "{\"info\": [{\"annotations\": 1}]," + ANNOTATIONS + "," + IMAGES + "}")) {
      assertThat(CaptionedImages.readFirstCaptions(file(content)).images())
          .containsExactly(
              new CaptionedImage("7", "7.jpg", " a dog\n"), new CaptionedImage("8", "8.jpg", ""));
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    for (List<String> each :
        List.of(
            List.of("", "is no JSON object"),
            List.of("{}", "has no captions"),
            List.of("{" + ANNOTATIONS + "}", "a caption of image_id 7, but no such 'id'"),
            List.of("{" + ANNOTATIONS + ",\"images\": 1}", "'images' is no array"),
            List.of("{\"images\": [1]}", "images[0] is no object"),
            List.of("{\"images\": [{\"id\": 1}]}", "images[0] has no text as 'file_name'"),
            List.of("{\"images\": [{\"file_name\": \"a\"}]}", "images[0] has no 'id'"),
            List.of(
                "{\"annotations\": [{\"caption\": \"a\"}]}", "annotations[0] has no 'image_id'"),
            List.of("{\"annotations\": [{\"image_id\": 1}]}", "annotations[0] has no text"),
            List.of("{" + ANNOTATIONS, "line 5"))) {
      Path file = file(each.get(0));
      assertThatThrownBy(() -> CaptionedImages.readFirstCaptions(file))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining(each.get(1));
    }
  }

  private static CaptionedImages numbered(int count) {
    return new CaptionedImages(
        IntStream.range(0, count)
            .mapToObj(i -> new CaptionedImage(Integer.toString(i), i + ".jpg", "caption " + i))
            .toList());
  }

  @Test
  void makesThePapersChoice() {
    List<CaptionedImage> chosen = numbered(118_287).papersChoice().images();
    assertThat(chosen).hasSize(10_000);
    assertThat(chosen.get(0)).isEqualTo(new CaptionedImage("31048", "31048.jpg", "caption 31048"));
    assertThat(chosen.get(9_999).imageId()).isEqualTo("101196");
    assertThat(chosen.stream().mapToLong(each -> Long.parseLong(each.imageId())).sum())
        .isEqualTo(590_812_816L);
  }

  @Test
  void refusesWhatNumpyRefuses() {
    CaptionedImages few = numbered(3);
    assertThat(few.choose(3, 0xffffffffL).images()).hasSameElementsAs(few.images());
    assertThat(new CaptionedImages(List.of()).choose(0, 0).images()).isEmpty();
    assertThatThrownBy(() -> few.choose(4, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("choose 4 images, expected 0 to the 3 there are");
    assertThatThrownBy(few::papersChoice).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> few.choose(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("seed is -1, expected 0 to 4294967295");
    assertThatThrownBy(() -> few.choose(1, 1L << 32)).isInstanceOf(IllegalArgumentException.class);
  }
}
