package io.github.espalier.sd2.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the files that the safetensors package writes of the same tensors. */
class TorchConverterTest {
  @TempDir Path temp;

  private Path out() {
    return temp.resolve("out.safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "types.pth, types, ZIP",
    "types-legacy.pth, types, LEGACY",
    "new-types.pth, new-types, ZIP",
    "views.pth, views, ZIP",
    "views-legacy.pth, views, LEGACY",
    "protocol4.pth, protocol4, ZIP",
    "protocol4-legacy.pth, protocol4, LEGACY",
    "nested.pth, nested, ZIP",
    "nested-legacy.pth, nested, LEGACY",
    "scripted.pt, scripted, TORCH_SCRIPT",
  })
  void equalsTheReferenceToTheByte(String source, String reference, TorchFormat format)
      throws IOException {
    Path file = Goldens.copy(source, temp);

    TorchConversion conversion = TorchConverter.convert(file, out(), TorchOptions.withDefaults());

    assertThat(Files.readAllBytes(out())).isEqualTo(Goldens.bytes(reference + ".safetensors"));
    assertThat(conversion.format()).isEqualTo(format);
    assertThat(conversion.fileSize()).isEqualTo(Files.size(out()));
  }

  @ParameterizedTest
  @CsvSource({"nested.pth", "nested-legacy.pth"})
  void takesOneDictionary(String source) throws IOException {
    Path file = Goldens.copy(source, temp);

    TorchConversion conversion =
        TorchConverter.convert(
            file, out(), TorchOptions.withDefaults().withKey("state_dict").withOverwrite(true));

    assertThat(Files.readAllBytes(out())).isEqualTo(Goldens.bytes("nested-state-dict.safetensors"));
    assertThat(conversion.leftOut()).isEmpty();
  }

  @Test
  void listsWhatIsLeftOut() throws IOException {
    try (TorchFile file = TorchFile.open(Goldens.copy("nested.pth", temp))) {
      assertThat(file.leftOut())
          .containsExactly(
              "epoch",
              "best",
              "name",
              "seed",
              "done",
              "nothing",
              "shape",
              "device",
              "dtype",
              "history",
              "optimizer.param_groups");
      assertThat(file.dictionaries())
          .containsExactly("shape", "history", "state_dict", "optimizer", "means");
      assertThat(file.tensors().get(0))
          .isEqualTo(new TensorSpec("state_dict.0.weight", DType.F32, Shape.of(4, 3)));
    }
    try (TorchFile file = TorchFile.open(Goldens.copy("scripted.pt", temp))) {
      assertThat(file.leftOut()).contains("training", "factor", "sizes", "names", "inner.2");
    }
  }

  @Test
  void readsAnyPartOfAView() throws IOException {
    try (TorchFile file = TorchFile.open(Goldens.copy("views.pth", temp))) {
      for (TensorSpec spec : file.tensors()) {
        TensorData data = file.tensor(spec.name());
        int size = (int) spec.byteSize();
        ByteBuffer whole = ByteBuffer.allocate(size);
        data.read(0, whole);
        for (int begin = 0; begin <= size; begin += 1 + begin / 3) {
          ByteBuffer part = ByteBuffer.allocate(Math.min(5, size - begin));
          data.read(begin, part);
          assertThat(part.flip()).isEqualTo(whole.slice(begin, part.limit()));
        }
        assertThatThrownBy(() -> data.read(1, ByteBuffer.allocate(size)))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.tensor("none"))
          .withMessageContaining("has no tensor none");
    }
  }

  @Test
  void namesTheDictionariesThatThereAre() throws IOException {
    Path file = Goldens.copy("nested.pth", temp);
    for (String key : List.of("model", "epoch")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TorchFile.open(file, key))
          .withMessage(
              file
                  + " has no dictionary "
                  + key
                  + " at its top; it has shape, history, state_dict, optimizer, means");
    }
    Path flat = Goldens.copy("types.pth", temp);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchFile.open(flat, "model"))
        .withMessageEndingWith("at its top; it has none");
  }

  @Test
  void tellsItsProgress() throws IOException {
    Path file = Goldens.copy("types.pth", temp);
    AtomicLong bytes = new AtomicLong();

    TorchConversion conversion =
        TorchConverter.convert(file, out(), TorchOptions.withDefaults(), bytes::addAndGet);

    assertThat(bytes.get())
        .isPositive()
        .isEqualTo(conversion.tensors().stream().mapToLong(TensorSpec::byteSize).sum());
  }

  @Test
  void replacesOnlyIfAsked() throws IOException {
    Path file = Goldens.copy("types.pth", temp);
    Files.writeString(out(), "mine");

    assertThatThrownBy(() -> TorchConverter.convert(file, out(), TorchOptions.withDefaults()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(out()).hasContent("mine");

    TorchConverter.convert(file, out(), TorchOptions.withDefaults().withOverwrite(true));
    assertThat(Files.readAllBytes(out())).isEqualTo(Goldens.bytes("types.safetensors"));
  }

  @Test
  void doesNotReplaceItsSource() throws IOException {
    Path file = Goldens.copy("types.pth", temp);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TorchConverter.convert(
                    file, file, TorchOptions.withDefaults().withOverwrite(true)));
    assertThat(Files.readAllBytes(file)).isEqualTo(Goldens.bytes("types.pth"));
  }

  @Test
  void goesOnWhereverItWasStopped() throws IOException {
    Path file = Goldens.copy("types.pth", temp);
    Path folder = Files.createDirectory(temp.resolve("folder"));
    Path target = folder.resolve("out.safetensors");
    int stops = 0;
    for (int allowed = 0; !Files.exists(target); allowed++) {
      AtomicInteger left = new AtomicInteger(allowed);
      try {
        TorchConverter.convert(
            file,
            target,
            TorchOptions.withDefaults(),
            bytes -> {
              if (left.getAndDecrement() == 0) {
                throw new CancellationException();
              }
            });
      } catch (CancellationException e) {
        stops++;
        assertThat(Goldens.names(folder))
            .containsExactly(folder.resolve(".out.safetensors.espalier-unfinished").toString());
      }
    }
    assertThat(stops).isGreaterThan(5);
    assertThat(Files.readAllBytes(target)).isEqualTo(Goldens.bytes("types.safetensors"));
    assertThat(Goldens.names(folder)).containsExactly(target.toString());
  }

  @Test
  void aSourceThatChangesMeanwhileLeavesNothing() throws IOException {
    Path file = Goldens.copy("types.pth", temp);
    Path folder = Files.createDirectory(temp.resolve("folder"));
    assertThatThrownBy(
            () ->
                TorchConverter.convert(
                    file,
                    folder.resolve("out.safetensors"),
                    TorchOptions.withDefaults(),
                    bytes -> file.toFile().setLastModified(0)))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageEndingWith("was changed after it was opened");
    assertThat(Goldens.names(folder)).isEmpty();
  }
}
