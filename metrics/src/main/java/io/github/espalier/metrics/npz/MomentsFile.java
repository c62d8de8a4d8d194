package io.github.espalier.metrics.npz;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.feature.FeatureMoments;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Statistics files of pytorch-fid, which clean-fid and others read and write too: an .npz archive
 * with the mean as {@code mu} and the covariance as {@code sigma}.
 *
 * <p>Files written here also hold the number of images as {@code count}, which other programs pass
 * over. Stateless.
 */
public final class MomentsFile {
  /** A larger covariance has 2 GiB. */
  private static final int MOST_FEATURES = 16_383;

  /** Beyond this a binary64 number may not be whole. */
  private static final double MOST_COUNT = 0x1p53;

  private MomentsFile() {}

  /**
   * Reads a file. Reads binary32 and binary64 numbers of either byte order, in C or Fortran order,
   * stored or compressed. What else is in the archive is passed over. No more is read than arrays
   * of the expected shapes have, whatever the file claims.
   *
   * @param file the file
   * @return the moments; with a count if the file has one
   * @throws CheckpointFormatException if it is no such file, is damaged, or the moments are none: a
   *     number that is not finite, a negative variance, a covariance that is not symmetric
   * @throws IOException if reading fails
   */
  public static FeatureMoments read(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      double[] mean;
      try (InputStream stream = open(zip, file, "mu.npy")) {
        NpyReader reader = new NpyReader(file, "mu.npy", stream);
        mean = new double[reader.requireVector(MOST_FEATURES)];
        reader.read(mean);
        reader.requireEnd();
      }
      Long count = count(zip, file);
      try (InputStream stream = open(zip, file, "sigma.npy")) {
        NpyReader reader = new NpyReader(file, "sigma.npy", stream);
        reader.requireShape(mean.length + "," + mean.length);
        // By columns or by rows: the matrix is symmetric.
        FeatureMoments moments = FeatureMoments.<IOException>read(mean, reader::read, count);
        reader.requireEnd();
        return moments;
      }
    } catch (ZipException | EOFException e) {
      throw CheckpointFormatException.of(file, "is no intact .npz archive: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw CheckpointFormatException.of(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static InputStream open(ZipFile zip, Path file, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw CheckpointFormatException.of(
          file, "has no array " + name + ", expected mu.npy and sigma.npy");
    }
    return zip.getInputStream(entry);
  }

  private static @Nullable Long count(ZipFile zip, Path file) throws IOException {
    if (zip.getEntry("count.npy") == null) {
      return null;
    }
    try (InputStream stream = open(zip, file, "count.npy")) {
      NpyReader reader = new NpyReader(file, "count.npy", stream);
      reader.requireShape("");
      double[] value = new double[1];
      reader.read(value);
      reader.requireEnd();
      if (!(value[0] >= 2 && value[0] <= MOST_COUNT) || value[0] != Math.rint(value[0])) {
        throw reader.problem("is " + value[0] + ", expected a whole number from 2 on");
      }
      return (long) value[0];
    }
  }

  /**
   * Writes a file, uncompressed and in binary64.
   *
   * @param file where to
   * @param moments what to write
   * @param overwrite whether a file that exists is replaced
   * @throws java.nio.file.FileAlreadyExistsException if the file exists and may not be replaced
   * @throws IOException if it cannot be written; the target is then as it was
   */
  public static void write(Path file, FeatureMoments moments, boolean overwrite)
      throws IOException {
    int width = moments.width();
    try (StagedOutput output = StagedOutput.file(file, overwrite)) {
      try (NpzWriter writer = new NpzWriter(output.staging())) {
        writer.start("mu.npy", "(" + width + ",)");
        writer.write(moments.mean());
        writer.start("sigma.npy", "(" + width + ", " + width + ")");
        double[] row = new double[width];
        for (int i = 0; i < width; i++) {
          moments.covariance(i, row);
          writer.write(row);
        }
        OptionalLong count = moments.count();
        if (count.isPresent()) {
          writer.start("count.npy", "()");
          writer.write((double) count.getAsLong());
        }
      }
      output.commit(true);
    }
  }
}
