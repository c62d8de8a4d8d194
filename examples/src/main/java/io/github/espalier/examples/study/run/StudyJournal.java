package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configurations of a study that are finished, a JSON object a line after one that says what
 * the study depends on. Lines are appended whole; one that a killed run left incomplete, which can
 * only be the last one, is removed. One run at a time; others are kept out. For one thread at a
 * time.
 */
final class StudyJournal implements AutoCloseable {
  static final String NAME = "journal.jsonl";

  private final Path file;
  private final StagedOutput lock;
  private final Map<String, Line> lines = new LinkedHashMap<>();

  /** What is remembered of a configuration. */
  record Line(ConfigurationResult result, ConfigurationTimes times) {}

  private StudyJournal(Path file, StagedOutput lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Opens a journal, which is begun if there is none.
   *
   * @throws FileSystemException if it is one of something else; the message says what differs
   */
  static StudyJournal open(Path folder, ObjectNode header) throws IOException {
    Path file = folder.resolve(NAME);
    StagedOutput lock = StagedOutput.file(file, true);
    StudyJournal journal = new StudyJournal(file, lock);
    try {
      journal.read(header);
      return journal;
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private void read(ObjectNode header) throws IOException {
    String text =
        Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    List<String> all = whole.lines().toList();
    if (all.isEmpty()) {
      begin(header);
      return;
    }
    JsonNode before = parse(all.get(0), 1);
    // Numbers compare by type, so both sides must have been read.
    JsonNode now = StudyJson.parse(StudyJson.line(header));
    List<String> differences = StudyJson.differences(before, now);
    if (!differences.isEmpty()) {
      throw new FileSystemException(
          file.toString(),
          null,
          "is of a study of something else ("
              + String.join("; ", differences)
              + "); choose another folder, or delete this one to start anew");
    }
    for (int i = 1; i < all.size(); i++) {
      add(parse(all.get(i), i + 1), i + 1);
    }
    long length = whole.getBytes(StandardCharsets.UTF_8).length;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  private void begin(ObjectNode header) throws IOException {
    Files.write(file, new byte[0]);
    append(StudyJson.line(header));
  }

  private JsonNode parse(String line, int number) {
    try {
      return StudyJson.MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw problem(number, e);
    }
  }

  private void add(JsonNode line, int number) {
    try {
      ConfigurationResult result =
          StudyJson.MAPPER.treeToValue(line.path("result"), ConfigurationResult.class);
      ConfigurationTimes times =
          StudyJson.MAPPER.treeToValue(line.path("times"), ConfigurationTimes.class);
      if (result == null || times == null) {
        throw problem(number, null);
      }
      lines.put(result.id(), new Line(result, times));
    } catch (JsonProcessingException e) {
      throw problem(number, e);
    }
  }

  private CheckpointFormatException problem(int number, @Nullable Exception cause) {
    String what = "line " + number + " is none that a study wrote; delete the folder to start anew";
    return cause == null
        ? CheckpointFormatException.of(file, what)
        : CheckpointFormatException.of(file, what, cause);
  }

  Map<String, Line> lines() {
    return Map.copyOf(lines);
  }

  @Nullable Line find(String id) {
    return lines.get(id);
  }

  void append(Line line) throws IOException {
    ObjectNode node = StudyJson.MAPPER.createObjectNode();
    node.set("result", StudyJson.MAPPER.valueToTree(line.result()));
    node.set("times", StudyJson.MAPPER.valueToTree(line.times()));
    append(StudyJson.line(node));
    lines.put(line.result().id(), line);
  }

  private void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
  }

  /** Lets other runs in. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
