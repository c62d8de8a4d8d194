package io.github.espalier.sd2.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngFileTest {
  @TempDir Path temp;

  private static RgbImage image(int width, int height) {
    byte[] pixels = new byte[3 * width * height];
    new Random(1).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }

  @Test
  void pixelsComeBackAlsoThroughOtherReaders() throws IOException {
    Path file = temp.resolve("a.png");
    RgbImage image = image(13, 7);

    PngFile.write(file, image, Map.of());

    assertThat(PngFile.read(file)).isEqualTo(image);
    BufferedImage other = ImageIO.read(file.toFile());
    assertThat(other.getRGB(5, 3)).isEqualTo(image.toBufferedImage().getRGB(5, 3));
    try (var files = Files.list(temp)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a photo of a cat",
        "two\nlines",
        "a\r\nwindows\tline",
        "café à Zürich ÿ",
        "a 🐈 on a 🛋️, 猫, кот",
        "C1 \u0085 and DEL \u007f",
        "<b>&amp; \"quotes\" 'and' ]]>",
      })
  void textsComeBack(String text) throws IOException {
    Path file = temp.resolve("a.png");
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("Prompt", text);
    texts.put("Seed", "42");

    PngFile.write(file, image(8, 8), texts);

    assertThat(PngFile.readTexts(file)).containsExactlyInAnyOrderEntriesOf(texts);
  }

  @Test
  void latinTextsAreStoredAsSuchAndOthersAsUtf8() throws IOException {
    String latin =
        new String(
            PngFile.encode(image(8, 8), Map.of("Prompt", "café")), StandardCharsets.ISO_8859_1);
    assertThat(latin).contains("tEXtPrompt\0café").doesNotContain("iTXt");

    byte[] bytes = PngFile.encode(image(8, 8), Map.of("Prompt", "🐈"));
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains("iTXtPrompt\0\0\0\0\0🐈")
        .doesNotContain("tEXt");
  }

  @Test
  void longTextsComeBack() throws IOException {
    Path file = temp.resolve("a.png");
    String text = "wörd 🐈 ".repeat(5000);

    PngFile.write(file, image(8, 8), Map.of("Prompt", text));

    assertThat(PngFile.readTexts(file)).containsEntry("Prompt", text);
  }

  @Test
  void whatPngCannotHoldIsReplaced() throws IOException {
    Path file = temp.resolve("a.png");

    PngFile.write(file, image(8, 8), Map.of("Prompt", "a\0b\ud83dc"));

    assertThat(PngFile.readTexts(file)).containsEntry("Prompt", "a\ufffdb\ufffdc");
  }

  @Test
  void sameInputGivesSameBytes() {
    Map<String, String> texts = Map.of("Prompt", "a 🐈");
    assertThat(PngFile.encode(image(31, 17), texts))
        .isEqualTo(PngFile.encode(image(31, 17), texts));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "a ", "a  b", "a\tb", "猫"})
  void refusesKeywords(String keyword) {
    assertThatThrownBy(() -> PngFile.encode(image(1, 1), Map.of(keyword, "text")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keyword \"" + keyword + "\"");
    assertThatThrownBy(() -> PngFile.encode(image(1, 1), Map.of("k".repeat(80), "text")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesFilesThatAreNoneOrDamaged() throws IOException {
    Path none = Files.writeString(temp.resolve("none.png"), "text");
    byte[] bytes = PngFile.encode(image(64, 64), Map.of());
    Path cut = Files.write(temp.resolve("cut.png"), java.util.Arrays.copyOf(bytes, 200));

    for (Path file : new Path[] {none, cut}) {
      assertThatThrownBy(() -> PngFile.read(file))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("is no PNG file");
    }
  }
}
