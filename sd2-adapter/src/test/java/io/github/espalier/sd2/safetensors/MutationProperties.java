package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.model.CheckpointFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/**
 * A damaged file is either still well-formed, and then read to the byte, or refused in one line;
 * nothing else ever happens.
 */
class MutationProperties {
  private static final List<byte[]> ORIGINALS =
      List.of(
          TestFiles.resource("modern-shapes.safetensors"),
          TestFiles.resource("modern-names.safetensors"),
          TestFiles.resource("legacy-layers.safetensors"),
          TestFiles.resource("legacy-types.safetensors"),
          TestFiles.file(
              "{\"__metadata__\":{\"a\":\"b\"},\"t\":{\"x\":[1.5e3,{\"y\":null}],\"dtype\":\"F4\","
                  + "\"shape\":[0,2],\"data_offsets\":[0,0]},\"u\":[\"I8\",[3],[0,3]]}",
              3));

  /**
   * One change.
   *
   * @param kind what to do
   * @param at where, as a fraction of the file
   * @param value the byte to put there, or the number of bytes to remove or repeat
   */
  record Change(Kind kind, double at, int value) {
    enum Kind {
      REPLACE,
      FLIP,
      INSERT,
      REMOVE,
      REPEAT,
      CUT
    }

    byte[] apply(byte[] file) {
      int position = (int) (at * file.length);
      int end = Math.min(file.length, position + Math.max(1, value & 15));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(file, 0, position);
      switch (kind) {
        case REPLACE -> {
          out.write(value);
          out.write(
              file, Math.min(file.length, position + 1), Math.max(0, file.length - position - 1));
        }
        case FLIP -> {
          out.write(file, position, file.length - position);
          byte[] flipped = out.toByteArray();
          if (position < flipped.length) {
            flipped[position] ^= (byte) (1 << (value & 7));
          }
          return flipped;
        }
        case INSERT -> {
          out.write(value);
          out.write(file, position, file.length - position);
        }
        case REMOVE -> out.write(file, end, file.length - end);
        case REPEAT -> {
          out.write(file, position, end - position);
          out.write(file, position, file.length - position);
        }
        case CUT -> {}
      }
      return out.toByteArray();
    }
  }

  @Provide
  static Arbitrary<byte[]> originals() {
    return Arbitraries.of(ORIGINALS);
  }

  @Provide
  static Arbitrary<Change> changes() {
    Arbitrary<Integer> values =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 255),
            Arbitraries.of("{}[]\",:0123456789.-+eE\\u ".chars().boxed().toList()));
    // Mostly at the front, where the header is.
    Arbitrary<Double> places = Arbitraries.doubles().between(0, 1).map(place -> place * place);
    return Combinators.combine(Arbitraries.of(Change.Kind.class), places, values).as(Change::new);
  }

  @Property(seed = "31", tries = 20_000)
  void damagedBytes(
      @ForAll("originals") byte[] original,
      @ForAll @Size(min = 1, max = 3) List<@From("changes") Change> changes) {
    byte[] file = damage(original, changes);
    for (VerdictMode mode : VerdictMode.values()) {
      if (Safetensors.verify(file, mode) instanceof Verdict.Accepted accepted) {
        requireCovered(accepted.header(), file);
      } else {
        assertThat(TestFiles.rejected(file, mode)).isNotBlank();
      }
    }
  }

  @Property(seed = "32", tries = 2_000)
  void damagedFiles(
      @ForAll("originals") byte[] original,
      @ForAll @Size(min = 1, max = 2) List<@From("changes") Change> changes)
      throws IOException {
    byte[] file = damage(original, changes);
    Path path = Files.createTempFile("damaged", ".safetensors");
    try {
      Files.write(path, file);
      try (SafetensorsFile open = SafetensorsFile.open(path, VerdictMode.REFERENCE)) {
        requireCovered(open.header(), file);
        for (TensorInfo info : open.header().tensors()) {
          int begin = Math.toIntExact(open.header().dataOffset() + info.begin());
          assertThat(TestFiles.bytes(open.tensor(info.name())))
              .isEqualTo(Arrays.copyOfRange(file, begin, begin + (int) info.byteSize()));
        }
      } catch (CheckpointFormatException e) {
        String message = String.valueOf(e.getMessage());
        assertThat(message).startsWith(path + ": ").hasSizeLessThan(1000);
        assertThat(message.chars().noneMatch(Character::isISOControl)).as(message).isTrue();
      }
    } finally {
      Files.delete(path);
    }
  }

  private static byte[] damage(byte[] original, List<Change> changes) {
    byte[] file = original;
    for (Change change : changes) {
      file = change.apply(file);
    }
    return file;
  }

  private static void requireCovered(SafetensorsHeader header, byte[] file) {
    assertThat(header.dataOffset() + header.dataSize()).isEqualTo(file.length);
    long end = 0;
    for (TensorInfo info : header.tensors()) {
      assertThat(info.begin()).isEqualTo(end);
      end = info.end();
    }
    assertThat(end).isEqualTo(header.dataSize());
    assertThat(header.names()).doesNotHaveDuplicates();
  }
}
