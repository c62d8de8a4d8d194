package io.github.espalier.metrics.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.metrics.image.ImageDecoder;
import io.github.espalier.metrics.image.ImageFormat;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images are decoded as many at a time as the memory allows. */
@Timeout(60)
class ReadAheadTest {
  private static final int IMAGES = 6;
  private static final int THREADS = 3;

  /** Of an image of 640x480: 6 bytes a pixel, and half a megabyte for the decoder. */
  private static final long NEEDED = 6 * 640 * 480 + (1 << 19);

  @TempDir Path temp;
  private final List<ImageSource> sources = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      byte[] pixels = new byte[3 * 640 * 480];
      pixels[0] = (byte) i;
      Path file = temp.resolve(i + ".png");
      PngFile.write(file, new RgbImage(640, 480, pixels), Map.of());
      sources.add(new ImageSource(i + ".png", file));
    }
  }

  private static ImageStep<Integer> step(Function<RgbImage, Integer> function) {
    return new ImageStep<>() {
      @Override
      public Integer apply(RgbImage image, ImageFormat format) {
        return function.apply(image);
      }

      @Override
      public long workingBytes(int width, int height, ImageFormat format) {
        return 3L * width * height;
      }
    };
  }

  private List<PreparedImage<Integer>> readAll(ImageStep<Integer> step, DecodingMemory memory)
      throws IOException {
    List<PreparedImage<Integer>> found = new ArrayList<>();
    try (ReadAhead<Integer> reader =
        new ReadAhead<>(sources, step, ImageDecoder.withDefaults(), THREADS, IMAGES, memory)) {
      for (int i = 0; i < IMAGES; i++) {
        found.add(reader.next());
      }
    }
    return found;
  }

  /** Counts how many are at work at a time, and lingers so that others would be seen. */
  private int mostAtATime(long imageBytes) throws IOException {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ImageStep<Integer> step =
        step(
            image -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              linger();
              now.decrementAndGet();
              return (int) image.pixels()[0];
            });
    List<PreparedImage<Integer>> found = readAll(step, DecodingMemory.of(imageBytes / 3 * 4));
    assertThat(found).extracting(PreparedImage::input).containsExactly(0, 1, 2, 3, 4, 5);
    return most.get();
  }

  private static void linger() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void onlySoManyAreDecodedAsFit() throws IOException {
    assertThat(mostAtATime(NEEDED * 3 / 2)).isEqualTo(1);
    assertThat(mostAtATime(NEEDED * 5 / 2)).isLessThanOrEqualTo(2);
  }

  @Test
  void allThreadsDecodeWhereThereIsMemory() throws IOException {
    CountDownLatch together = new CountDownLatch(THREADS);
    ImageStep<Integer> step =
        step(
            image -> {
              together.countDown();
              try {
                return together.await(30, TimeUnit.SECONDS) ? 1 : 0;
              } catch (InterruptedException e) {
                return 0;
              }
            });
    assertThat(readAll(step, DecodingMemory.ofHeap(0)))
        .extracting(PreparedImage::input)
        .containsOnly(1);
  }

  @Test
  void whatDoesNotFitIsNamedWithItsSizeAndWhatToDo() throws IOException {
    long heap = (Runtime.getRuntime().maxMemory() + (1 << 20) - 1) >> 20;
    List<PreparedImage<Integer>> found =
        readAll(step(image -> 1), DecodingMemory.of(NEEDED / 3 * 4 - 100_000));
    for (int i = 0; i < IMAGES; i++) {
      PreparedImage<Integer> each = found.get(i);
      assertThat(each.input()).isNull();
      assertThat(each.sha256()).isEqualTo(ReadAhead.hash(sources.get(i).file()));
      assertThat(each.problem())
          .hasMessageStartingWith(
              sources.get(i).file()
                  + ": has 640x480 pixels and needs 3 MB to be read, of which there are 3 in a"
                  + " heap of "
                  + heap
                  + " MB; raise that with Java's option -Xmx");
    }
  }

  @Test
  void filesThatDoNotFitAreNamed() throws IOException {
    List<PreparedImage<Integer>> found = readAll(step(image -> 1), DecodingMemory.of(400));
    for (int i = 0; i < IMAGES; i++) {
      Path file = sources.get(i).file();
      assertThat(found.get(i).problem())
          .hasMessageStartingWith(file + ": has " + Files.size(file) + " bytes and needs 1 MB");
    }
  }

  @Test
  void anExhaustedHeapIsTriedAgainAlone() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    ImageStep<Integer> once =
        step(
            image -> {
              if (calls.incrementAndGet() <= 2) {
                throw new OutOfMemoryError("for the test");
              }
              return (int) image.pixels()[0];
            });
    assertThat(readAll(once, DecodingMemory.ofHeap(0)))
        .extracting(PreparedImage::input)
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void anExhaustedHeapIsAnErrorThatNamesTheImage() throws IOException {
    ImageStep<Integer> never =
        step(
            image -> {
              if (image.pixels()[0] == 2) {
                throw new OutOfMemoryError("for the test");
              }
              return 1;
            });
    List<PreparedImage<Integer>> found = readAll(never, DecodingMemory.ofHeap(0));
    assertThat(found).extracting(PreparedImage::input).containsExactly(1, 1, null, 1, 1, 1);
    assertThat(found.get(2).problem())
        .hasMessageStartingWith(sources.get(2).file() + ": has 640x480 pixels and needs 3 MB or")
        .hasMessageContaining(" more to be read in a heap of ")
        .hasMessageContaining("-Xmx");
  }
}
