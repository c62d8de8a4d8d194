package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The verdicts of the Rust crate safetensors 0.8.0, recorded through its Python package on more
 * than 1,500 inputs.
 */
class VerdictBatteryTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the reference implementation says, and what is said here instead. */
  private static final Map<String, String> REASONS =
      Map.of(
          "header too small", "too few for the 8 bytes of header length",
          "header too large", "more than the 100000000 bytes allowed",
          "invalid header length", "bytes follow: the file is cut off",
          "invalid UTF-8", "is not UTF-8 text",
          "invalid offset", "must lie end to end",
          "invalid shape, data type, or offset", " bytes where ",
          "overflow computing", "overflows 64 bits",
          "The slice is slicing for subbytes", "no whole number of bytes",
          "incomplete metadata", " follow the header: ");

  static Stream<Arguments> battery() throws IOException {
    return cases(JSON.readTree(TestFiles.resource("safetensors-verdicts.json")))
        .map(
            node -> {
              String result = node.get("result").textValue();
              int split = result.indexOf(' ');
              return Arguments.of(
                  node.get("name").textValue(),
                  HexFormat.of().parseHex(node.get("hex").textValue()),
                  result.substring(0, split).equals("ACCEPT"),
                  result.substring(split + 1));
            });
  }

  static Stream<Arguments> corpus() throws IOException {
    return cases(JSON.readTree(TestFiles.resource("safetensors-corpus.json")).get("cases"))
        .map(
            node ->
                Arguments.of(
                    node.get("name").textValue(),
                    HexFormat.of().parseHex(node.get("hex").textValue()),
                    node));
  }

  private static Stream<JsonNode> cases(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("battery")
  void battery(String name, byte[] file, boolean accepted, String detail) {
    if (accepted) {
      SafetensorsHeader header = TestFiles.accepted(file, VerdictMode.REFERENCE);
      assertThat(detail).isEqualTo(header.tensors().size() + " tensors");
      assertThat(header.dataOffset() + header.dataSize()).isEqualTo(file.length);
    } else {
      requireReason(TestFiles.rejected(file, VerdictMode.REFERENCE), detail, file);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void corpus(String name, byte[] file, JsonNode expected) {
    if (expected.get("verdict").textValue().equals("ACCEPT")) {
      SafetensorsHeader header = TestFiles.accepted(file, VerdictMode.REFERENCE);
      Map<String, String> found = new TreeMap<>();
      header
          .tensors()
          .forEach(tensor -> found.put(tensor.name(), tensor.dtype() + " " + tensor.shape()));
      Map<String, String> wanted = new TreeMap<>();
      expected
          .get("tensors")
          .properties()
          .forEach(entry -> wanted.put(entry.getKey(), describe(entry.getValue())));
      assertThat(found).isEqualTo(wanted);
      assertThat(header.dataOffset() + header.dataSize()).isEqualTo(file.length);
    } else {
      requireReason(
          TestFiles.rejected(file, VerdictMode.REFERENCE),
          expected.get("message").textValue(),
          file);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void strictAcceptsNothingElse(String name, byte[] file, JsonNode expected) {
    if (Safetensors.verify(file, VerdictMode.STRICT) instanceof Verdict.Accepted strict) {
      assertThat(TestFiles.accepted(file, VerdictMode.REFERENCE).tensors())
          .isEqualTo(strict.header().tensors());
    }
  }

  private static void requireReason(String reason, String reference, byte[] file) {
    if (Diagnosis.of(file) != null) {
      return;
    }
    List<String> kinds = new ArrayList<>();
    REASONS.forEach(
        (theirs, ours) -> {
          if (reason.contains(ours)) {
            kinds.add(theirs);
          }
        });
    if (reference.startsWith("invalid JSON")) {
      assertThat(kinds).as(reason).isEmpty();
    } else {
      assertThat(kinds).as(reason).hasSize(1);
      assertThat(reference).startsWith(kinds.get(0));
    }
  }

  private static String describe(JsonNode tensor) {
    List<String> extents = new ArrayList<>();
    BigInteger product = BigInteger.ONE;
    boolean expressible = true;
    for (JsonNode extent : tensor.get("shape")) {
      extents.add(extent.bigIntegerValue().toString());
      product = product.multiply(extent.bigIntegerValue());
      expressible &= extent.bigIntegerValue().bitLength() < 64 && product.bitLength() < 64;
    }
    return tensor.get("dtype").textValue()
        + (expressible ? " [" + String.join(", ", extents) + "]" : " [0]");
  }
}
