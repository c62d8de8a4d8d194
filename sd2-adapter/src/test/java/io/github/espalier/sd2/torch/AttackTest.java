package io.github.espalier.sd2.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.espalier.sd2.torch.Archive.Pickle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that run code, or exhaust memory, stack or time, in Python or in other readers. */
@Timeout(60)
class AttackTest {
  /** What the commands in the files would create, in the folder that tests run in. */
  private static final Path PROOF = Path.of("espalier-was-here");

  @TempDir Path temp;

  private String refused(byte[] pickle) throws IOException {
    String message = Goldens.refused(Archive.write(temp, pickle));
    assertThat(PROOF).doesNotExist();
    return message;
  }

  @ParameterizedTest
  @CsvSource({
    "attack-zip.pth, 'posix.system, in the entry b,'",
    "attack-protocol4.pth, 'posix.system, in the entry b,'",
    "attack-legacy.pth, 'posix.system, in the entry b,'",
    "attack-nested.pth, 'posix.system, in the entry a,'",
    "attack-plain.pkl, posix.system",
    "attack-eval.pth, '__builtin__.eval, in the entry b,'",
    "whole-module.pth, torch.nn.modules.container.Sequential",
    "sparse.pth, 'torch._utils._rebuild_sparse_tensor, in the entry a,'",
  })
  void namesWhatIsRefused(String file, String name) throws IOException {
    assertThat(Goldens.refused(Goldens.copy(file, temp)))
        .isEqualTo(
            name
                + " is not a tensor's constructor; the file is refused, and nothing of it was run; if"
                + " you trust it, save its dictionary of tensors alone with PyTorch, and convert"
                + " that");
    assertThat(PROOF).doesNotExist();
  }

  /** As checkpoints of training frameworks have them beside their weights. */
  @ParameterizedTest
  @CsvSource({
    "(Vepoch/I3/Vcallbacks/}(Vmonitor/Vloss/Vbest/, callbacks.best",
    "(Vepoch/I3/Vstates/](}(Va/, states.a",
    "(Vdone/}(Va/I1/uVoptions/, options",
    "(Vstates/(I1/, states",
    "Voptions/, options",
  })
  void saysWhereTheForeignClassIs(String before, String place) throws IOException {
    byte[] pickle =
        new Pickle().text("}" + before.replace('/', '\n') + "clightning\nCheckpoint\n").end();
    assertThat(refused(pickle))
        .startsWith(
            "lightning.Checkpoint, in the entry " + place + ", is not a tensor's constructor; ");
  }

  /** The library itself would build these, and Java classes that its users registered. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "builtins\ncomplex",
        "builtins\nbytearray",
        "builtins\nset",
        "builtins\nValueError",
        "array\narray",
        "datetime\ndatetime",
        "decimal\nDecimal",
        "copy_reg\n_reconstructor",
        "operator\nattrgetter",
        "_codecs\nencode",
        "numpy\nndarray",
        "os\nsystem",
        "java.lang\nRuntime",
        "torch\nload",
        "torch.storage\n_load_from_bytes",
        "torch.serialization\nload",
        "__torch__\nM",
      })
  void refusesWhatTheLibraryKnows(String name) throws IOException {
    String dotted = name.replace('\n', '.');
    String refusal = dotted + " is not a tensor's constructor";
    byte[] global = new Pickle().text("c" + name + "\n)R").end();
    assertThat(refused(global)).startsWith(refusal);
    byte[] instance = new Pickle().text("(i" + name + "\n").end();
    assertThat(refused(instance)).startsWith(refusal);
    int newline = name.indexOf('\n');
    byte[] fromStack =
        new Pickle()
            .string(name.substring(0, newline))
            .string(name.substring(newline + 1))
            .raw(0x93)
            .end();
    assertThat(refused(fromStack)).startsWith(refusal);
  }

  @Test
  void refusesClassesOfNativeCodeInTorchScript() throws IOException {
    byte[] pickle = new Pickle().text("c__torch__.torch.classes.x\nY\n)").raw(0x81).end();
    byte[] file =
        new Archive().stored("x/data.pkl", pickle).stored("x/constants.pkl", new byte[4]).end();
    assertThat(Goldens.refused(Files.write(temp.resolve("made.pt"), file)))
        .startsWith("__torch__.torch.classes.x.Y is not a tensor's constructor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "o",
        "P0\n",
        "\u0082\u0001",
        "\u0083\u0001\u0001",
        "\u0084\u0001\u0001\u0001\u0001",
        "\u0092",
        "\u0096",
        "\u0097",
        "\u0098",
      })
  void refusesStepsThatTensorsDoNotNeed(String step) throws IOException {
    assertThat(refused(new Pickle().text("}(}" + step).end()))
        .endsWith(
            "the step 0x" + Integer.toHexString(step.charAt(0)) + " is none that tensors need");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ctorch\nfloat32\n)R.", // a value that is called
        "ctorch\nFloatStorage\n)R.",
        "ctorch\nFloatStorage\n)\u0081.",
        "ctorch\nSize\n}R.", // arguments that are none
        "ctorch\nSize\n)R.",
        "ctorch\nSize\nNR.",
        "ctorch._utils\n_rebuild_tensor_v2\n)R.",
        "ctorch._utils\n_rebuild_tensor_v2\n(NNNNNNtR.",
        "ctorch._utils\n_rebuild_parameter\n(}I01\n}tR.",
        "ccollections\nOrderedDict\n(]NatR.",
        "}}b.", // states of what has none
        "]}b.",
        "NQ.", // persistent ids that are no storages
        ")Q.",
        "I5\nQ.",
        "(NNNNNtQ.",
        "}]Ns.", // keys that cannot be hashed
        "}}Ns.",
        "}(Nu.", // steps without what they need
        "NNs.",
        "0.",
        ".",
        "R.",
        "1.",
        "t.",
        "e.",
        "h\u0005.",
        "g7\n.",
        "a.",
        "I12x\n.",
        "F1.0e\n.",
        "S'open\n.",
        "V\\u12\n.",
        "\u00ff.",
        "\u0080\u0009.",
        "}(00.",
      })
  void damageIsNamedAndNothingElseHappens(String steps) throws IOException {
    assertThat(refused(new Pickle().text(steps).end())).startsWith("the pickle is damaged before");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X\u00ff\u00ff\u00ff\u007f",
        "X\u00ff\u00ff\u00ff\u00ff",
        "T\u00ff\u00ff\u00ff\u00ff",
        "B\u0000\u0000\u0000\u0010",
        "\u008b\u00ff\u00ff\u00ff\u007f",
        "\u008d\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000",
        "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
      })
  void nothingIsAllocatedForALengthThatIsClaimed(String step) throws IOException {
    assertThat(refused(new Pickle().text(step).end())).contains("bytes where", "are allowed");
  }

  @Test
  void longNumbersAndLinesAreRefused() throws IOException {
    String digits = "9".repeat(1001);
    for (String step : new String[] {"I", "L", "F", "p", "g"}) {
      assertThat(refused(new Pickle().text(step + digits + "\n").end()))
          .endsWith("a line is longer than 1000 characters");
    }
    assertThat(refused(new Pickle().text("cos\n" + digits + "\n").end())).contains("longer");
    assertThat(refused(new Pickle().text("V" + "a".repeat(40_000) + "\n").end()))
        .contains("longer");
  }

  @Test
  void manyStepsAreRefused() throws IOException {
    for (String step : new String[] {"]", "}", "(", "N2", ")q\u0001", "(1"}) {
      assertThat(refused(new Pickle().text("N" + step.repeat(2_100_000)).end()))
          .contains("more than 2000000 steps");
    }
  }

  @Test
  void tooManyBytesAreRefused() throws IOException {
    String text = "X\u0000\u0000\u0010\u0000" + "a".repeat(1 << 20) + "0";
    assertThat(refused(new Pickle().text(text.repeat(33)).end()))
        .contains("more than 33554432 bytes");
  }

  /** Each list holds the one before it twice: 2^40 values in 200 bytes. */
  @Test
  void listsThatDoubleAreRefused() throws IOException {
    Pickle pickle = new Pickle().text("}").string("a").text("]q").raw(0).text("0");
    for (int i = 1; i <= 40; i++) {
      pickle.text("(h").raw(i - 1).text("h").raw(i - 1).text("lq").raw(i).text("0");
    }
    assertThat(refused(pickle.text("h").raw(40).text("s").end()))
        .contains("more than 1000000 values");
  }

  @Test
  void valuesInThemselvesAreRefused() throws IOException {
    assertThat(refused(new Pickle().text("]q").raw(0).text("h").raw(0).text("a").end()))
        .contains("nested more than 64 deep");
    byte[] dictionary = new Pickle().text("}q").raw(0).string("a").text("h").raw(0).text("s").end();
    assertThat(refused(dictionary)).contains("nested more than 64 deep");
    byte[] key = new Pickle().text("}]q").raw(0).text("h").raw(0).text("aNs").end();
    assertThat(refused(key)).contains("no text, number or tuple");
  }

  @Test
  void deepNestingTakesNoStack() throws IOException {
    String tuples = "\u0085".repeat(1_000_000);
    assertThat(refused(new Pickle().text("N" + tuples).end())).contains("64 deep");
    // As a key it is compared by identity, and left out.
    byte[] pickle =
        new Pickle()
            .text("}N" + tuples + "Ns")
            .string("a")
            .tensor("FloatStorage", "0", 2, "0", "2", "1")
            .text("s")
            .end();
    try (TorchFile file = TorchFile.open(Archive.write(temp, pickle))) {
      assertThat(file.leftOut()).containsExactly("?");
    }
  }

  @Test
  void expandedTensorsDoNotFillTheDisk() throws IOException {
    assertThat(Goldens.refused(Goldens.copy("expanded-bomb.pth", temp)))
        .contains("repeat the same elements");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, 2, 1, reaches to element 3 of a storage of 2",
    "2, 0, 2, 2, reaches to element 3 of a storage of 2",
    "2, 0, 9223372036854775807, 9223372036854775807, beyond all bounds",
    "2, 9223372036854775807, 2, 1, beyond all bounds",
    "2, -1, 2, 1, begins at the element -1",
    "2, 0, -2, 1, beyond all bounds",
    "2, 1, 2, -1, negative stride",
    "-2, 0, 0, 1, has -2 elements",
    "3, 0, 2, 1, has 8 bytes where its tensors need 12",
    "2, 0, 99999999999999999999, 1, does not fit",
  })
  void boundsAreChecked(int elements, String offset, String size, String stride, String problem)
      throws IOException {
    byte[] pickle =
        new Pickle()
            .text("}")
            .string("a")
            .tensor("FloatStorage", "0", elements, offset, size, stride)
            .text("s")
            .end();
    assertThat(refused(pickle)).contains(problem);
  }

  @Test
  void aStorageHasOneTypeAndSize() throws IOException {
    for (String type : new String[] {"FloatStorage", "ByteStorage"}) {
      byte[] pickle =
          new Pickle()
              .text("}")
              .string("a")
              .tensor("HalfStorage", "0", 4, "0", "2", "1")
              .text("s")
              .string("b")
              .tensor(type, "0", 2, "0", "2", "1")
              .text("s")
              .end();
      assertThat(refused(pickle)).contains("the storage 0 has two types or sizes");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bare-tensor.pth, holds one tensor without a name",
    "no-tensors.pth, holds no tensors",
    "same-name.pth, a.b: is the name of two tensors",
  })
  void refusesWhatHasNoNames(String file, String problem) throws IOException {
    assertThat(Goldens.refused(Goldens.copy(file, temp))).contains(problem);
  }

  @Test
  void refusesATensorUnderANamelessKey() throws IOException {
    byte[] pickle =
        new Pickle().text("}N").tensor("FloatStorage", "0", 2, "0", "2", "1").text("s").end();
    assertThat(refused(pickle)).contains("under a key that is neither text nor a number");
  }

  @Test
  void namesThatNoSafetensorsFileCanHoldAreRefused() throws IOException {
    for (String name : new String[] {"__metadata__", "a\u0007b"}) {
      byte[] pickle =
          new Pickle()
              .text("}")
              .string(name)
              .tensor("FloatStorage", "0", 2, "0", "2", "1")
              .text("s")
              .end();
      assertThat(refused(pickle)).contains("makes no safetensors file");
    }
  }
}
