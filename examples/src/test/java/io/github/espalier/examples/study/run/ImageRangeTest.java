package io.github.espalier.examples.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageRangeTest {
  @Test
  void rangesHoldEachImageOnce() {
    for (int images = 1; images < 120; images++) {
      for (int partitions : new int[] {1, 2, 3, 7, 50, 200}) {
        List<ImageRange> ranges = ImageRange.divide(images, partitions);

        assertThat(ranges).hasSizeLessThanOrEqualTo(partitions);
        assertThat(ranges.stream().flatMapToInt(each -> IntStream.range(each.first(), each.end())))
            .containsExactlyElementsOf(IntStream.range(0, images).boxed().toList());
      }
    }
  }

  @Test
  void largeRangesBeginWhereTheJudgesBatchesDo() {
    assertThat(ImageRange.divide(100, 3))
        .containsExactly(new ImageRange(0, 48), new ImageRange(48, 96), new ImageRange(96, 100));
    assertThat(ImageRange.divide(7, 3))
        .containsExactly(new ImageRange(0, 3), new ImageRange(3, 6), new ImageRange(6, 7));
  }

  @Test
  void emptyRangesAreRefused() {
    assertThatThrownBy(() -> new ImageRange(3, 3)).hasMessage("there are no images from 3 to 3");
    assertThatThrownBy(() -> ImageRange.divide(0, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
