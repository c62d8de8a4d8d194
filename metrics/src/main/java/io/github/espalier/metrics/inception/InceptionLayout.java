package io.github.espalier.metrics.inception;

import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.Conv2d.Geometry;
import io.github.espalier.sd2.nn.Padding;
import io.github.espalier.sd2.nn.ParameterSource;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/**
 * The network's blocks. Each convolution is followed by its norm and a rectifier.
 *
 * <p>Source: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (arXiv
 * 1512.00567), as TensorFlow's model of 2015-12-05 has it and pytorch-fid 0.3.0 runs it. It differs
 * from torchvision's {@code inception_v3}: averages do not count padding, and the last block takes
 * maxima where the others take averages.
 */
final class InceptionLayout {
  private static final Geometry PIXEL = new Geometry(1, 1, 1, Padding.NONE);
  private static final Geometry HALVING = new Geometry(3, 3, 2, Padding.NONE);
  private static final Geometry INNER = new Geometry(3, 3, 1, Padding.NONE);
  private static final Geometry FIVE = new Geometry(5, 5, 1, Padding.of(2));

  private final ParameterSource source;

  InceptionLayout(ParameterSource source) {
    this.source = source;
  }

  /** From the image to the first pooling. */
  private Step firstPart() throws IOException {
    return Chain.of(
        convolution("Conv2d_1a_3x3", 3, 32, HALVING),
        convolution("Conv2d_2a_3x3", 32, 32, INNER),
        convolution("Conv2d_2b_3x3", 32, 64, Geometry.SAME),
        new MaxPool(HALVING, 64));
  }

  /** To the second pooling. */
  private Step secondPart() throws IOException {
    return Chain.of(
        convolution("Conv2d_3b_1x1", 64, 80, PIXEL),
        convolution("Conv2d_4a_3x3", 80, 192, INNER),
        new MaxPool(HALVING, 192));
  }

  /** To where the auxiliary classifier was. */
  private Step thirdPart() throws IOException {
    return Chain.of(
        fives("Mixed_5b", 192, 32),
        fives("Mixed_5c", 256, 64),
        fives("Mixed_5d", 288, 64),
        halving6a(),
        sevens("Mixed_6b", 128),
        sevens("Mixed_6c", 160),
        sevens("Mixed_6d", 160),
        sevens("Mixed_6e", 192));
  }

  /** To the end. */
  private Step fourthPart() throws IOException {
    Step average = average("Mixed_7b.branch_pool", 1280, 192);
    Step maximum =
        Chain.of(
            new MaxPool(Geometry.SAME, 2048),
            convolution("Mixed_7c.branch_pool", 2048, 192, PIXEL));
    return Chain.of(
        halving7a(), crosses("Mixed_7b", 1280, average), crosses("Mixed_7c", 2048, maximum));
  }

  private Step fives(String name, int in, int pooled) throws IOException {
    return Branches.of(
        convolution(name + ".branch1x1", in, 64, PIXEL),
        Chain.of(
            convolution(name + ".branch5x5_1", in, 48, PIXEL),
            convolution(name + ".branch5x5_2", 48, 64, FIVE)),
        Chain.of(
            convolution(name + ".branch3x3dbl_1", in, 64, PIXEL),
            convolution(name + ".branch3x3dbl_2", 64, 96, Geometry.SAME),
            convolution(name + ".branch3x3dbl_3", 96, 96, Geometry.SAME)),
        average(name + ".branch_pool", in, pooled));
  }

  private Step halving6a() throws IOException {
    return Branches.of(
        convolution("Mixed_6a.branch3x3", 288, 384, HALVING),
        Chain.of(
            convolution("Mixed_6a.branch3x3dbl_1", 288, 64, PIXEL),
            convolution("Mixed_6a.branch3x3dbl_2", 64, 96, Geometry.SAME),
            convolution("Mixed_6a.branch3x3dbl_3", 96, 96, HALVING)),
        new MaxPool(HALVING, 288));
  }

  private Step sevens(String name, int inner) throws IOException {
    return Branches.of(
        convolution(name + ".branch1x1", 768, 192, PIXEL),
        Chain.of(
            convolution(name + ".branch7x7_1", 768, inner, PIXEL),
            row(name + ".branch7x7_2", inner, inner, 7),
            column(name + ".branch7x7_3", inner, 192, 7)),
        Chain.of(
            convolution(name + ".branch7x7dbl_1", 768, inner, PIXEL),
            column(name + ".branch7x7dbl_2", inner, inner, 7),
            row(name + ".branch7x7dbl_3", inner, inner, 7),
            column(name + ".branch7x7dbl_4", inner, inner, 7),
            row(name + ".branch7x7dbl_5", inner, 192, 7)),
        average(name + ".branch_pool", 768, 192));
  }

  private Step halving7a() throws IOException {
    return Branches.of(
        Chain.of(
            convolution("Mixed_7a.branch3x3_1", 768, 192, PIXEL),
            convolution("Mixed_7a.branch3x3_2", 192, 320, HALVING)),
        Chain.of(
            convolution("Mixed_7a.branch7x7x3_1", 768, 192, PIXEL),
            row("Mixed_7a.branch7x7x3_2", 192, 192, 7),
            column("Mixed_7a.branch7x7x3_3", 192, 192, 7),
            convolution("Mixed_7a.branch7x7x3_4", 192, 192, HALVING)),
        new MaxPool(HALVING, 768));
  }

  private Step crosses(String name, int in, Step pooled) throws IOException {
    return Branches.of(
        convolution(name + ".branch1x1", in, 320, PIXEL),
        Chain.of(convolution(name + ".branch3x3_1", in, 384, PIXEL), cross(name + ".branch3x3_2")),
        Chain.of(
            convolution(name + ".branch3x3dbl_1", in, 448, PIXEL),
            convolution(name + ".branch3x3dbl_2", 448, 384, Geometry.SAME),
            cross(name + ".branch3x3dbl_3")),
        pooled);
  }

  private Step cross(String name) throws IOException {
    return Branches.of(row(name + "a", 384, 384, 3), column(name + "b", 384, 384, 3));
  }

  private Step average(String name, int in, int out) throws IOException {
    return new AveragedPixels(Conv2d.load(source, name, in, out, PIXEL));
  }

  private Step row(String name, int in, int out, int width) throws IOException {
    int around = width / 2;
    Padding padding = new Padding(0, 0, around, around);
    return convolution(name, in, out, new Geometry(1, width, 1, padding));
  }

  private Step column(String name, int in, int out, int height) throws IOException {
    int around = height / 2;
    Padding padding = new Padding(around, around, 0, 0);
    return convolution(name, in, out, new Geometry(height, 1, 1, padding));
  }

  private Step convolution(String name, int in, int out, Geometry geometry) throws IOException {
    return new Convolution(Conv2d.load(source, name, in, out, geometry).rectified());
  }

  /** What lies between the taps, and the first before them. */
  Map<InceptionTap, Step> parts() throws IOException {
    Map<InceptionTap, Step> parts = new EnumMap<>(InceptionTap.class);
    for (InceptionTap tap : InceptionTap.values()) {
      parts.put(
          tap,
          switch (tap) {
            case POOL_64 -> firstPart();
            case POOL_192 -> secondPart();
            case MIXED_768 -> thirdPart();
            case FINAL_2048 -> fourthPart();
          });
    }
    return parts;
  }
}
