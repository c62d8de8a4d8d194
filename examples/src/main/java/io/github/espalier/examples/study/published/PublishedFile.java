package io.github.espalier.examples.study.published;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The file of published values: its tables name their runs by number. */
record PublishedFile(
    String paper,
    String source,
    int images,
    List<PublishedRun> runs,
    List<TableEntry> tables,
    List<PrintedScores> printed) {

  private static final String RESOURCE = "published.json";

  record TableEntry(String id, @Nullable Integer number, String title, List<Integer> runs) {}

  static PublishedStudy load() {
    try (InputStream stream =
        Objects.requireNonNull(PublishedFile.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new ObjectMapper().readValue(stream, PublishedFile.class).resolved();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PublishedStudy resolved() {
    ImmutableMap<Integer, PublishedRun> byNumber = Maps.uniqueIndex(runs, PublishedRun::run);
    return new PublishedStudy(
        paper,
        source,
        images,
        runs,
        tables.stream().map(each -> table(each, byNumber)).toList(),
        printed);
  }

  private static PublishedTable table(TableEntry entry, Map<Integer, PublishedRun> byNumber) {
    OptionalInt number =
        entry.number() == null ? OptionalInt.empty() : OptionalInt.of(entry.number());
    List<PublishedRun> rows =
        entry.runs().stream()
            .map(each -> Objects.requireNonNull(byNumber.get(each), "a table's run is not listed"))
            .toList();
    return new PublishedTable(entry.id(), number, entry.title(), rows);
  }
}
