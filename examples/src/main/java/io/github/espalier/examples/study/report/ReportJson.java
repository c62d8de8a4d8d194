package io.github.espalier.examples.study.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.examples.study.run.StudyResult;
import java.util.List;

/** The texts and tables of a report as JSON. */
final class ReportJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private ReportJson() {}

  static String of(StudyResult result, List<ReportTable> tables) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("study", result.plan().name()).put("espalier", EspalierVersion.current());
    texts(root.putArray("findings"), Findings.of(result));
    texts(root.putArray("notes"), Notes.of(result));
    ArrayNode all = root.putArray("tables");
    for (ReportTable table : tables) {
      ObjectNode node = all.addObject();
      node.put("id", table.id()).put("title", table.title()).put("note", table.note());
      texts(node.putArray("columns"), table.columns());
      ArrayNode rows = node.putArray("rows");
      table.rows().forEach(row -> texts(rows.addArray(), row));
    }
    try {
      return MAPPER.writer(PRINTER).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values cannot fail to be written", e);
    }
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
