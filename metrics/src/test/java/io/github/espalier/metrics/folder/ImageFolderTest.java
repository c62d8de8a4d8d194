package io.github.espalier.metrics.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as an image, and in which order. */
class ImageFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void fill() throws IOException {
    Files.createDirectories(folder.resolve("below/deeper"));
    Files.createDirectory(folder.resolve("folder.png"));
    for (String name :
        new String[] {
          "b.png",
          "a.JPG",
          "B.jpeg",
          "z.webp",
          "10.tiff",
          "9.tif",
          "ä.ppm",
          "e.pgm",
          "f.bmp",
          "notes.txt",
          "png",
          "c.png.txt",
          "below/a.png",
          "below/deeper/a.jpg",
          "below-a.png",
          "\uD83C\uDF33.png",
          "\uFF21.png"
        }) {
      Files.createFile(folder.resolve(name));
    }
  }

  @Test
  void listsImagesByTheirNames() throws IOException {
    assertThat(ImageFolder.list(folder, false).names())
        .containsExactly(
            "10.tiff",
            "9.tif",
            "B.jpeg",
            "a.JPG",
            "b.png",
            "below-a.png",
            "e.pgm",
            "f.bmp",
            "z.webp",
            "ä.ppm",
            "\uFF21.png",
            "\uD83C\uDF33.png");
  }

  @Test
  void listsThoseBelowToo() throws IOException {
    ImageFolder images = ImageFolder.list(folder, true);
    assertThat(images.size()).isEqualTo(14);
    assertThat(images.names())
        .containsSubsequence("below-a.png", "below/a.png", "below/deeper/a.jpg");
    assertThat(images.file(images.names().indexOf("below/a.png"))).exists();
  }

  @Test
  void keepsThoseThatAreWanted() throws IOException {
    ImageFolder images = ImageFolder.list(folder, true);
    assertThat(images.only(List.of("below/a.png", "ä.ppm", "9.tif")).names())
        .containsExactly("9.tif", "below/a.png", "ä.ppm");
    assertThatThrownBy(() -> images.only(List.of("9.tif", "notes.txt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'notes.txt' is not among the 14 images of " + folder);
    assertThatThrownBy(() -> images.only(List.of("9.tif", "9.tif")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'9.tif' of " + folder + " is wanted twice");
    assertThatThrownBy(() -> images.only(List.of())).hasMessageStartingWith("no images of ");
  }

  @Test
  void refusesWhatHasNoImages() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> ImageFolder.list(empty, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            empty
                + " has no images: no file ends in bmp, jpg, jpeg, pgm, png, ppm, tif, tiff, webp");
    assertThatThrownBy(() -> ImageFolder.list(empty, false))
        .hasMessageStartingWith(empty + " has no images of its own: ");
    assertThatThrownBy(() -> ImageFolder.list(folder.resolve("none"), false))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> ImageFolder.list(folder.resolve("b.png"), false))
        .isInstanceOf(NotDirectoryException.class);
  }
}
