package io.github.espalier.sd2.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.sd2.safetensors.Safetensors;
import io.github.espalier.sd2.safetensors.Verdict;
import io.github.espalier.sd2.safetensors.VerdictMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/**
 * A damaged file either still converts, to a well-formed file, or is refused in one line that names
 * it and leaves nothing; nothing else ever happens.
 */
class TorchMutationProperties {
  private static final List<byte[]> ORIGINALS =
      Stream.of(
              "types.pth",
              "types-legacy.pth",
              "views-legacy.pth",
              "protocol4.pth",
              "nested-legacy.pth",
              "scripted.pt",
              "attack-legacy.pth")
          .map(Goldens::bytes)
          .toList();

  /**
   * One change.
   *
   * @param kind what to do
   * @param at where, as a fraction of the file
   * @param value the byte to put there, or the number of bytes to cut out
   */
  record Change(Kind kind, double at, int value) {
    enum Kind {
      REPLACE,
      FLIP,
      CUT_OUT,
      CUT_OFF
    }

    byte[] apply(byte[] file) {
      int position = Math.min((int) (at * file.length), file.length - 1);
      byte[] changed = file.clone();
      switch (kind) {
        case REPLACE -> changed[position] = (byte) value;
        case FLIP -> changed[position] ^= (byte) (1 << (value & 7));
        case CUT_OFF -> changed = Arrays.copyOf(file, position + 1);
        case CUT_OUT -> {
          int end = Math.min(file.length - 1, position + (value & 15));
          System.arraycopy(file, end, changed, position, file.length - end);
          changed = Arrays.copyOf(changed, Math.max(1, file.length - (end - position)));
        }
      }
      return changed;
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
            Arbitraries.of(
                "().RQbcetusa]}l0123NXUKMJqhr\n\u0080\u0081\u0085\u0093".chars().boxed().toList()));
    return Combinators.combine(
            Arbitraries.of(Change.Kind.class), Arbitraries.doubles().between(0, 1), values)
        .as(Change::new);
  }

  @Property(seed = "51", tries = 4_000)
  void damagedFiles(
      @ForAll("originals") byte[] original,
      @ForAll @Size(min = 1, max = 3) List<@From("changes") Change> changes)
      throws IOException {
    byte[] bytes = original;
    for (Change change : changes) {
      bytes = change.apply(bytes);
    }
    Path folder = Files.createTempDirectory("damaged");
    Path source = Files.write(folder.resolve("damaged.pth"), bytes);
    Path target = folder.resolve("out.safetensors");
    try {
      TorchConverter.convert(source, target, TorchOptions.withDefaults());
      assertThat(Safetensors.verify(target, VerdictMode.STRICT))
          .isInstanceOf(Verdict.Accepted.class);
      Files.delete(target);
    } catch (CheckpointFormatException e) {
      String message = String.valueOf(e.getMessage());
      assertThat(message).startsWith(source + ": ").hasSizeLessThan(1000);
      assertThat(message.chars().noneMatch(Character::isISOControl)).as(message).isTrue();
    } finally {
      Files.delete(source);
      // The lock beside a target is the last thing that may stay; the folder must be empty.
      Files.delete(folder);
    }
    assertThat(Path.of("espalier-was-here")).doesNotExist();
  }
}
