package io.github.espalier.metrics.clipscore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.metrics.extract.SkippedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of scores, also while it grows: a JSON object a line, of which the first is the header and
 * the others are pairs. A last line without its end, as after a run was killed, counts as none.
 */
final class ScoreFile implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final FileChannel channel;
  private final List<ScoreLine> lines;

  private ScoreFile(Path file, FileChannel channel, List<ScoreLine> lines) {
    this.file = file;
    this.channel = channel;
    this.lines = lines;
  }

  /** What whole lines say, and how many bytes they are. */
  private record Content(ScoreHeader header, List<ScoreLine> lines, long length) {}

  /**
   * Opens or creates a file to go on with.
   *
   * @throws CheckpointFormatException if it is something else, or of another run
   */
  static ScoreFile open(Path file, ScoreHeader header) throws IOException {
    Content content = new Content(header, List.of(), 0);
    if (Files.exists(file) && endOfLines(Files.readAllBytes(file)) > 0) {
      content = parse(file);
      String difference = content.header.differenceFrom(header);
      if (!difference.isEmpty()) {
        throw ofAnotherRun(file, "was begun with " + difference);
      }
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      channel.truncate(content.length).position(content.length);
      ScoreFile opened = new ScoreFile(file, channel, new ArrayList<>(content.lines));
      if (content.length == 0) {
        opened.append(header.json());
      }
      return opened;
    } catch (IOException | RuntimeException | Error e) {
      try (channel) {
        throw e;
      }
    }
  }

  static CheckpointFormatException ofAnotherRun(Path file, String problem) {
    return CheckpointFormatException.of(
        file, problem + "; delete it to start anew, or choose another target");
  }

  static ClipScores read(Path file) throws IOException {
    Content content = parse(file);
    if (content.lines.size() != content.header.pairs()) {
      throw CheckpointFormatException.of(
          file, "has " + content.lines.size() + " pairs, expected " + content.header.pairs());
    }
    return scores(content.header.protocol(), content.lines);
  }

  /** Writes a file of all pairs of other files, which replaces one that exists. */
  static ClipScores merge(List<Path> parts, Path target) throws IOException {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("there are no scores to put together");
    }
    ScoreHeader first = parse(parts.get(0)).header;
    List<ScoreLine> lines = new ArrayList<>();
    for (Path part : parts) {
      Content content = parse(part);
      String difference = content.header.protocol().differenceFrom(first.protocol());
      if (!difference.isEmpty()) {
        throw new IllegalArgumentException(
            part + " cannot be added to " + parts.get(0) + ": it is of " + difference);
      }
      lines.addAll(content.lines);
    }
    StringBuilder text = new StringBuilder();
    text.append(line(ScoreHeader.of(first.protocol(), lines.size()).json()));
    for (ScoreLine each : lines) {
      text.append(line(each.json()));
    }
    StagedOutput.write(target, text.toString().getBytes(StandardCharsets.UTF_8));
    return scores(first.protocol(), lines);
  }

  static ClipScores scores(ClipScoreProtocol protocol, List<ScoreLine> lines) {
    List<PairScore> pairs =
        lines.stream().filter(line -> !line.isSkipped()).map(ScoreLine::score).toList();
    List<SkippedImage> skipped =
        lines.stream().filter(ScoreLine::isSkipped).map(ScoreLine::skippedImage).toList();
    return new ClipScores(protocol, pairs, skipped);
  }

  private static int endOfLines(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  private static Content parse(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = endOfLines(bytes);
    List<String> texts = new String(bytes, 0, length, StandardCharsets.UTF_8).lines().toList();
    ScoreHeader header =
        ScoreHeader.parse(texts.isEmpty() ? MissingNode.getInstance() : node(texts.get(0)))
            .orElseThrow(() -> CheckpointFormatException.of(file, "is no file of CLIP scores"));
    List<ScoreLine> lines = new ArrayList<>();
    for (String text : texts.subList(1, texts.size())) {
      int number = lines.size() + 2;
      lines.add(
          ScoreLine.parse(node(text))
              .orElseThrow(
                  () ->
                      CheckpointFormatException.of(
                          file, "line " + number + " is no pair with its scores")));
    }
    return new Content(header, lines, length);
  }

  private static JsonNode node(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  List<ScoreLine> lines() {
    return lines;
  }

  /** Drops all pairs but the first ones. */
  void keep(int count) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = 0;
    for (int ended = 0; ended <= count; end++) {
      if (bytes[end] == '\n') {
        ended++;
      }
    }
    channel.truncate(end).position(end);
    lines.subList(count, lines.size()).clear();
  }

  /** Appends a pair: after this, only a failure of the machine loses it. */
  void append(ScoreLine line) throws IOException {
    append(line.json());
    lines.add(line);
  }

  private void append(JsonNode node) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line(node).getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String line(JsonNode node) throws JsonProcessingException {
    return JSON.writeValueAsString(node) + "\n";
  }

  /** Without a pair there is nothing to go on with, and the file would be in the way of others. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (lines.isEmpty()) {
      Files.deleteIfExists(file);
    }
  }
}
