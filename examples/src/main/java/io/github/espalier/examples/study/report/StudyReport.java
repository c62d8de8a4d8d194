package io.github.espalier.examples.study.report;

import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.examples.study.run.StudyResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the report of a study beside its result. Stateless. */
public final class StudyReport {
  /** The page. */
  public static final String PAGE = "report.html";

  /** The tables as Markdown. */
  public static final String MARKDOWN = "report.md";

  /** Texts and tables as JSON; what was measured, in full digits, is in the study's result. */
  public static final String JSON = "report.json";

  private StudyReport() {}

  /**
   * Writes {@value #PAGE}, {@value #MARKDOWN}, {@value #JSON} and {@code TABLE.csv} for each table.
   * Files that exist are replaced.
   *
   * @param result what came out of the study
   * @param folder of the study, whose images are shown as far as they were kept
   * @return the page
   * @throws IOException if something cannot be read or written
   */
  public static Path write(StudyResult result, Path folder) throws IOException {
    List<ReportTable> tables = tables(result);
    StringBuilder markdown = new StringBuilder("# Study " + result.plan().name() + "\n\n");
    Findings.of(result).forEach(each -> markdown.append("- ").append(each).append('\n'));
    markdown.append('\n');
    Notes.of(result).forEach(each -> markdown.append(each).append("\n\n"));
    for (ReportTable table : tables) {
      markdown.append(table.markdown()).append('\n');
      store(folder.resolve(table.id() + ".csv"), table.csv());
    }
    ReportTable layers = new LayerTables(result).all();
    store(folder.resolve(layers.id() + ".csv"), layers.csv());
    store(folder.resolve(MARKDOWN), markdown.toString());
    store(folder.resolve(JSON), ReportJson.of(result, tables));
    Path page = folder.resolve(PAGE);
    store(page, new StudyPage(result, folder).html());
    return page;
  }

  /** All tables but those of layers, which are long. */
  private static List<ReportTable> tables(StudyResult result) {
    List<ReportTable> tables = new ArrayList<>();
    new Thresholds(result).table().ifPresent(tables::add);
    tables.addAll(new StudyTables(result).experiments());
    tables.addAll(new PaperTables(result).tables());
    ProtocolTables protocol = new ProtocolTables(result);
    tables.add(protocol.models());
    tables.add(protocol.protocol());
    return tables;
  }

  private static void store(Path file, String text) throws IOException {
    StagedOutput.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Says what a study found.
   *
   * @param result what came out of it
   * @return a finding for each part that was pruned alone and one for the split between the parts,
   *     one to three sentences each, computed from the results
   */
  public static List<String> findings(StudyResult result) {
    return Findings.of(result);
  }

  /**
   * Says what the findings rest on: how many images, and which loss counts.
   *
   * @param result what came out of a study
   * @return a sentence; empty if there is no CLIPScore of the dense model
   */
  public static Optional<String> basis(StudyResult result) {
    return Findings.basis(result);
  }
}
