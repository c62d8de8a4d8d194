package io.github.espalier.metrics.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.Features;
import io.github.espalier.metrics.feature.FeatureMoments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentsFileTest {
  @TempDir Path folder;

  /** NumPy's own files; binary32 ones are rounded to 2^-24. */
  @ParameterizedTest
  @CsvSource({"stored, 1e-14", "big-endian, 1e-14", "fortran-f4, 1e-7"})
  void filesOfNumpy(String name, double tolerance) throws IOException {
    Path file = folder.resolve(name + ".npz");
    try (InputStream stream =
        Objects.requireNonNull(
            MomentsFileTest.class.getResourceAsStream(
                "/io/github/espalier/metrics/" + name + ".npz"))) {
      Files.copy(stream, file);
    }
    FeatureMoments found = MomentsFile.read(file);
    FeatureMoments expected = Features.of(30, 5, 0, 0).summary().moments();
    assertThat(found.count()).isEmpty();
    assertThat(found.width()).isEqualTo(5);
    for (int i = 0; i < 5; i++) {
      assertThat(found.mean()[i]).isCloseTo(expected.mean()[i], within(tolerance));
      for (int j = 0; j < 5; j++) {
        assertThat(found.covariance(i, j)).isCloseTo(expected.covariance(i, j), within(tolerance));
      }
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    FeatureMoments moments = Features.of(9, 4, 1, 2).summary().moments();
    Path file = folder.resolve("new/a.npz");
    MomentsFile.write(file, moments, false);
    FeatureMoments back = MomentsFile.read(file);
    assertThat(back.count()).hasValue(9);
    assertThat(back.mean()).isEqualTo(moments.mean());
    double[] row = new double[4];
    double[] expected = new double[4];
    for (int i = 0; i < 4; i++) {
      back.covariance(i, row);
      moments.covariance(i, expected);
      assertThat(row).isEqualTo(expected);
    }
    byte[] bytes = Files.readAllBytes(file);
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> MomentsFile.write(file, moments, false));
    MomentsFile.write(file, moments, true);
    assertThat(file).hasBinaryContent(bytes);
  }

  private static byte[] array(String header, double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + 8 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.ISO_8859_1));
    for (double value : values) {
      bytes.putDouble(value);
    }
    return bytes.array();
  }

  private static String header(String type, String shape) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  }

  private void assertRefused(byte[] mu, byte[] sigma, byte[] count, String message)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("mu.npy"));
      zip.write(mu);
      zip.putNextEntry(new ZipEntry("sigma.npy"));
      zip.write(sigma);
      if (count.length > 0) {
        zip.putNextEntry(new ZipEntry("count.npy"));
        zip.write(count);
      }
    }
    Path file = folder.resolve("bad.npz");
    Files.write(file, bytes.toByteArray());
    assertThatThrownBy(() -> MomentsFile.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(file + ": " + message);
  }

  @Test
  void badArraysAreNamed() throws IOException {
    byte[] none = {};
    byte[] mu = array(header("<f8", "1,"), 3);
    byte[] sigma = array(header("<f8", "1, 1"), 3);
    assertRefused(
        none, sigma, none, "mu.npy: is no .npy array: its first bytes are not those of one");
    assertRefused(
        array(header("<f2", "1,"), 3),
        sigma,
        none,
        "mu.npy: elements are of type f2, expected f8, f4 or i8");
    assertRefused(
        array(header("<f8", "99999,"), 3),
        sigma,
        none,
        "mu.npy: has 99999 elements, expected 1 to 16383");
    assertRefused(
        array(header("<f8", "1, 1"), 3),
        sigma,
        none,
        "mu.npy: has shape (1,1), expected one extent");
    assertRefused(array("{}"), sigma, none, "mu.npy: has no element type that can be read");
    assertRefused(
        mu, array(header("<f8", "2, 2"), 3), none, "sigma.npy: has shape (2,2), expected (1,1)");
    assertRefused(
        mu, array(header("<f8", "1, 1")), none, "sigma.npy: ends before its last element");
    assertRefused(
        mu, array(header("<f8", "1, 1"), 3, 4), none, "sigma.npy: goes on after its last element");
    assertRefused(mu, array(header("<f8", "1, 1"), -3), none, "variance of feature 0 is -3.0");
    assertRefused(array(header("<f8", "1,"), Double.NaN), sigma, none, "mean of feature 0 is NaN");
    assertRefused(
        mu,
        sigma,
        array(header("<f8", ""), 1.5),
        "count.npy: is 1.5, expected a whole number from 2 on");
    byte[] version9 = mu.clone();
    version9[6] = 9;
    assertRefused(
        version9, sigma, none, "mu.npy: is of version 9 of the .npy format, expected 1 to 3");
    byte[] cut = Arrays.copyOf(mu, 20);
    assertRefused(cut, sigma, none, "mu.npy: ends within its header");
  }

  @Test
  void badArchivesAreNamed() throws IOException {
    Path file = folder.resolve("bad.npz");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> MomentsFile.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": is no intact .npz archive: ");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("a"));
    }
    assertThatThrownBy(() -> MomentsFile.read(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessage(file + ": has no array mu.npy, expected mu.npy and sigma.npy");
  }
}
