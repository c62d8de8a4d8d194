package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.sd2.safetensors.TensorSpec;
import io.github.espalier.sd2.torch.TorchConversion;
import io.github.espalier.sd2.torch.TorchFile;
import io.github.espalier.sd2.torch.TorchFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Says what a file of PyTorch holds, and what became of it. */
final class ConvertWeightsText {
  private static final int SHOWN = 8;

  private ConvertWeightsText() {}

  static String listing(TorchFile file) {
    Table table = new Table(3, "tensor", "type", "shape", "bytes");
    for (TensorSpec spec : file.tensors()) {
      table.add(
          printable(spec.name()),
          spec.dtype().toString(),
          spec.shape().toString(),
          Figures.count(spec.byteSize()));
    }
    return table
        + "\n"
        + contents(file.format(), file.tensors())
        + notes(file.leftOut(), file.dictionaries(), Optional.empty());
  }

  static String summary(Path target, TorchConversion conversion, Optional<String> key) {
    return "Wrote "
        + target
        + ": "
        + contents(conversion.format(), conversion.tensors())
        + notes(conversion.leftOut(), conversion.dictionaries(), key);
  }

  private static String contents(TorchFormat format, List<TensorSpec> tensors) {
    return Figures.count(tensors.size())
        + " tensors, "
        + Figures.bytes(bytes(tensors))
        + " (format "
        + Spelling.of(format)
        + ").";
  }

  private static String notes(
      List<String> leftOut, List<String> dictionaries, Optional<String> key) {
    String text = leftOut.isEmpty() ? "" : "\nLeft out, no tensors: " + some(leftOut) + ".";
    return dictionaries.isEmpty() || key.isPresent()
        ? text
        : text + "\n--key can choose one of: " + some(dictionaries) + ".";
  }

  private static String some(List<String> names) {
    String shown =
        String.join(", ", names.stream().limit(SHOWN).map(ConvertWeightsText::printable).toList());
    return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
  }

  /** Names come from files that may be anybody's. */
  private static String printable(String name) {
    return name.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }

  static String json(TorchFile file) {
    ObjectNode root = Json.object().put("source", file.path().toString());
    describe(root, file.format(), file.tensors(), file.leftOut(), file.dictionaries());
    ArrayNode tensors = root.putArray("list");
    for (TensorSpec spec : file.tensors()) {
      tensors
          .addObject()
          .put("name", spec.name())
          .put("dtype", spec.dtype().toString())
          .set("shape", Json.of(spec.shape()));
    }
    return Json.text(root);
  }

  static String json(Path source, Path target, TorchConversion conversion) {
    ObjectNode root =
        Json.object().put("source", source.toString()).put("target", target.toString());
    describe(
        root,
        conversion.format(),
        conversion.tensors(),
        conversion.leftOut(),
        conversion.dictionaries());
    return Json.text(root.put("fileSize", conversion.fileSize()));
  }

  private static void describe(
      ObjectNode root,
      TorchFormat format,
      List<TensorSpec> tensors,
      List<String> leftOut,
      List<String> dictionaries) {
    root.put("format", Spelling.of(format))
        .put("tensors", tensors.size())
        .put("bytes", bytes(tensors));
    root.set("leftOut", Json.of(leftOut));
    root.set("dictionaries", Json.of(dictionaries));
  }

  private static long bytes(List<TensorSpec> tensors) {
    return tensors.stream().mapToLong(TensorSpec::byteSize).sum();
  }
}
