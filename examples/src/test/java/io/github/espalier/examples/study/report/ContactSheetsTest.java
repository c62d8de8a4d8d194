package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.examples.study.plan.StudyPlan;
import io.github.espalier.examples.study.run.StudyResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactSheetsTest {
  private static final List<String> CAPTIONS = List.of("one", "two", "three", "four", "five");

  @TempDir Path folder;

  private static StudyResult result(String plan) {
    return MadeUpStudy.small((text, unet) -> text > 0.85 ? null : 0.5).of(StudyPlan.builtIn(plan));
  }

  private static List<?> list(Map<?, ?> map, String key) {
    return (List<?>) Objects.requireNonNull(map.get(key));
  }

  @Test
  void aSheetShowsTheFirstCaptionsFromDenseOn() throws IOException {
    StudyResult result = result("demo");
    MadeUpStudy.writeImages(result, folder, CAPTIONS, 8);

    ContactSheets sheets = new ContactSheets(result, folder);
    Map<String, Object> first = sheets.sheets().get(0);

    assertThat(sheets.rows()).isEqualTo(4);
    assertThat(list(first, "columns")).first().isEqualTo("dense");
    assertThat(list(first, "columns")).last().isEqualTo("90 %");
    assertThat(list(first, "rows")).hasSize(4);
    Map<?, ?> row = (Map<?, ?>) list(first, "rows").get(1);
    assertThat(row.get("caption")).isEqualTo("two");
    List<?> cells = list(row, "cells");
    assertThat(((Map<?, ?>) cells.get(1)).get("alt"))
        .isEqualTo("“two”, seed 1, text encoder 30% by magnitude");
    assertThat(((Map<?, ?>) cells.get(cells.size() - 1)).containsKey("data")).isFalse();
  }

  @Test
  void aPageOfManyModelsHasFewerRows() {
    ContactSheets sheets = new ContactSheets(result("paper"), folder);
    int columns = 9;
    int models = 11 + 12 + 11 + 11 + 14 + 11 + 11 + 9 + 9;

    assertThat(sheets.rows()).isEqualTo(ContactSheets.MOST / (columns + models)).isEqualTo(3);
  }

  @Test
  void nothingIsShownOfAStudyThatKeptNoImages() throws IOException {
    assertThat(new ContactSheets(result("demo"), folder).sheets()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"192, 100, 192, 100, png", "193, 100, 192, 99, jpeg", "768, 512, 192, 128, jpeg"})
  void largeImagesAreReduced(int width, int height, int newWidth, int newHeight, String type)
      throws IOException {
    Path file = folder.resolve("image.png");
    ImageIO.write(
        new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", file.toFile());

    Picture picture = Picture.read(file).orElseThrow();

    assertThat(picture.data()).startsWith("data:image/" + type + ";base64,");
    assertThat(List.of(picture.width(), picture.height())).containsExactly(newWidth, newHeight);
  }

  @Test
  void whatIsNoImageIsLeftOut() throws IOException {
    Path file = Files.writeString(folder.resolve("image.png"), "no image");
    assertThat(Picture.read(file)).isEqualTo(Optional.empty());
    assertThat(Picture.read(folder.resolve("none.png"))).isEqualTo(Optional.empty());
  }
}
