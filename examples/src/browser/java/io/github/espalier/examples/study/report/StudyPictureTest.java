package io.github.espalier.examples.study.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.examples.study.run.StudyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Makes the picture that README shows, of a study in the folder {@code espalier.study}. */
@EnabledIfSystemProperty(named = "espalier.study", matches = ".+")
class StudyPictureTest {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 1375;
  private static final long MOST_BYTES = 300_000;

  @Test
  void makesThePicture() throws IOException {
    Path study = Path.of(System.getProperty("espalier.study"));
    Path picture = Path.of("pictures/study.png");
    Path page = StudyReport.write(StudyResult.read(study.resolve(StudyResult.NAME)), study);
    Files.createDirectories(picture.toAbsolutePath().getParent());
    try (Browser browser = Browser.open()) {
      browser.show(page.toAbsolutePath(), WIDTH, false);
      browser.picture(picture, WIDTH, HEIGHT);
    }
    assertThat(picture).isNotEmptyFile();
    assertThat(Files.size(picture)).isLessThan(MOST_BYTES);
  }
}
