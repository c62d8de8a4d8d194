package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.RandomInception;
import io.github.espalier.examples.cli.Cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier clipscore}, with a small CLIP of random weights. */
class ClipScoreCommandTest {
  private static final String CAPTIONS =
      "{\"2.png\": \"a red bus\", \"0.png\": \"a cat\", \"1.png\": \"two dogs\"}";

  @TempDir static Path shared;
  private static Path clip;

  @TempDir Path temp;
  private Path images;
  private Path captions;

  @BeforeAll
  static void make() throws IOException {
    clip = RandomClip.write(shared.resolve("clip"), 1);
  }

  @BeforeEach
  void write() throws IOException {
    images = RandomInception.images(temp.resolve("images"), 3, 1);
    captions = Files.writeString(temp.resolve("captions.json"), CAPTIONS);
  }

  private Run run(Path file, String... more) {
    return run(new Cancellation(), file, more);
  }

  private Run run(Cancellation cancellation, Path file, String... more) {
    Object[] args = new Object[6 + more.length];
    List<Object> first = List.of("clipscore", images, "--clip", clip, "--captions", file);
    System.arraycopy(first.toArray(), 0, args, 0, 6);
    System.arraycopy(more, 0, args, 6, more.length);
    return Cli.run(cancellation, args);
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static void assertFails(Run run, String... parts) {
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains(parts);
  }

  @Test
  void allFormsOfTheScoreComeFromOnePass() throws IOException {
    Path out = temp.resolve("scores.jsonl");
    JsonNode all = json(run(captions, "--json", "--out", out.toString(), "--bootstrap", "50"));
    assertThat(all.get("pairs").asInt()).isEqualTo(3);
    assertThat(all.get("model").asText()).hasSize(64);
    assertThat(all.get("framing").asText()).isEqualTo("torchvision");
    assertThat(all.get("prefix").asText()).isEqualTo("A photo depicts ");
    assertThat(all.get("resamples").asInt()).isEqualTo(50);
    JsonNode cosine = all.get("cosine");
    double mean = cosine.get("mean").asDouble();
    assertThat(mean).isBetween(cosine.get("low").asDouble(), cosine.get("high").asDouble());
    assertThat(all.get("percent").get("mean").asDouble()).isEqualTo(Math.max(100 * mean, 0));
    assertThat(all.get("clipScore").get("mean").asDouble()).isNotNegative();
    assertThat(Files.readAllLines(out)).hasSize(4);
    assertThat(Files.readAllLines(out).get(3)).contains("2.png", "a red bus");

    Run text = run(captions, "--prefix", "", "--limit", "2");
    assertThat(text.status()).isZero();
    assertThat(text.out()).startsWith("Cosine: ").contains("2 pairs; model ");
    JsonNode otherSeed = json(run(captions, "--json", "--seed", "9", "--bootstrap", "50"));
    assertThat(otherSeed.get("cosine").get("mean")).isEqualTo(cosine.get("mean"));
    assertThat(otherSeed.get("cosine").get("low")).isNotEqualTo(cosine.get("low"));
    assertFails(run(captions, "--seed", "-1"), "seed is -1");
  }

  @Test
  void captionsOfAllFormsGiveTheSameNumber() throws IOException {
    JsonNode expected = json(run(captions, "--json"));
    Path lines = Files.writeString(temp.resolve("lines.txt"), "a cat\ntwo dogs\na red bus\n");
    assertThat(json(run(lines, "--json"))).isEqualTo(expected);
    Path coco =
        Files.writeString(
            temp.resolve("coco.json"),
            "{\"images\":["
                + "{\"id\":1,\"file_name\":\"0.jpg\"},{\"id\":2,\"file_name\":\"1.jpg\"},"
                + "{\"id\":3,\"file_name\":\"2.jpg\"}],\"annotations\":["
                + "{\"image_id\":3,\"id\":1,\"caption\":\"a red bus\"},"
                + "{\"image_id\":1,\"id\":2,\"caption\":\"a cat\"},"
                + "{\"image_id\":1,\"id\":3,\"caption\":\"not this one\"},"
                + "{\"image_id\":2,\"id\":4,\"caption\":\"two dogs\"}]}");
    assertThat(json(run(coco, "--json"))).isEqualTo(expected);

    assertFails(Cli.run("clipscore", images, "--clip", clip), images + " has no manifest");
    StringBuilder manifest = new StringBuilder();
    List<String> prompts = List.of("a cat", "two dogs", "a red bus");
    for (int i = 0; i < 3; i++) {
      manifest.append(
          "{\"index\":%d,\"file\":\"%d.png\",\"prompt\":\"%s\",\"settings\":{}}\n"
              .formatted(i, i, prompts.get(i)));
    }
    Files.writeString(images.resolve("manifest.jsonl"), manifest);
    Files.copy(images.resolve("0.png"), images.resolve("grid.png"));
    assertThat(json(Cli.run("clipscore", images, "--clip", clip, "--json"))).isEqualTo(expected);
    assertThat(json(run(lines, "--json"))).isEqualTo(expected);
    assertThat(json(run(images.resolve("manifest.jsonl"), "--json"))).isEqualTo(expected);
    Path lined =
        Files.writeString(
            temp.resolve("prompts.jsonl"),
            "{\"prompt\":\"a cat\"}\n{\"prompt\":\"two dogs\"}\n{\"prompt\":\"a red bus\"}\n");
    assertThat(json(run(lined, "--json"))).isEqualTo(expected);
    Path other = Files.writeString(temp.resolve("other.jsonl"), "a\nb\nc\n");
    assertFails(run(other), other + ": line 1 is not JSON");
  }

  @Test
  void whatDoesNotMatchIsNamedOrCounted() throws IOException {
    Path few = Files.writeString(temp.resolve("few.json"), "{\"0.png\":\"x\",\"9.png\":\"y\"}");
    assertFails(run(few), "2 images without captions, first 1.png");
    Path more = Files.writeString(temp.resolve("more.json"), CAPTIONS.replace("}", ",\"7\":\"\"}"));
    assertFails(run(more), "1 caption without an image, first 7");
    JsonNode found = json(run(few, "--skip-unmatched", "--json", "--quiet"));
    assertThat(found.get("pairs").asInt()).isEqualTo(1);
    assertThat(found.get("unmatchedImages").asInt()).isEqualTo(2);
    assertThat(found.get("unmatchedCaptions").asInt()).isEqualTo(1);
    Path lines = Files.writeString(temp.resolve("lines.txt"), "a cat\n");
    assertFails(run(lines), lines + ": has 1 lines, expected one for each of 3 images");
    Path twice = Files.writeString(temp.resolve("twice.json"), "{\"0\":\"x\",\"0\":\"y\"}");
    assertFails(run(twice), twice + ": is no JSON");
    Path longer = Files.writeString(temp.resolve("longer.json"), CAPTIONS + "{}");
    assertFails(run(longer), longer + ": goes on after its end");
    Path list = Files.writeString(temp.resolve("list.json"), "[]");
    assertFails(run(list), list + ": expected an object of captions");
    Path number = Files.writeString(temp.resolve("number.json"), "{\"0.png\":1}");
    assertFails(run(number), number + ": has for '0.png' no text but 1");
    Path missing = temp.resolve("missing.json");
    assertFails(run(missing), missing + ": there is no such file");
  }

  @Test
  void imagesThatDifferInTheirEndingsOnlyShareNoCaption() throws IOException {
    Files.copy(images.resolve("1.png"), images.resolve("1.jpeg"));
    Path stems =
        Files.writeString(temp.resolve("stems.json"), "{\"0\":\"x\",\"1\":\"y\",\"2\":\"z\"}");
    assertFails(run(stems), "2 images without captions, first 1.jpeg");
    assertFails(run(captions), "1 image without a caption, first 1.jpeg");
  }

  @Test
  void damagedImagesAreNamedOrCounted() throws IOException {
    Path bad = Files.writeString(images.resolve("1.png"), "bad");
    assertFails(run(captions), bad + ": ");
    JsonNode found = json(run(captions, "--skip-unreadable", "--json"));
    assertThat(found.get("pairs").asInt()).isEqualTo(2);
    assertThat(found.get("skipped").asInt()).isEqualTo(1);
  }

  /** The run stops at a damaged image; repaired, it goes on. */
  @Test
  void stoppedRunGoesOnToTheSameBytes() throws IOException {
    String out = temp.resolve("scores.jsonl").toString();
    JsonNode whole = json(run(captions, "--out", out, "--json"));
    byte[] bytes = Files.readAllBytes(Path.of(out));
    assertFails(run(captions, "--out", out), out + ": exists already");
    Files.delete(Path.of(out));
    Path last = images.resolve("2.png");
    byte[] image = Files.readAllBytes(last);
    Files.writeString(last, "bad");
    assertFails(run(captions, "--out", out), last + ": ");
    assertThat(Files.readAllLines(Path.of(out + ".partial"))).hasSize(3);
    Files.write(last, image);

    Files.writeString(captions, CAPTIONS.replace("a cat", "a dog"));
    assertFails(run(captions, "--out", out), out + ".partial: was begun with another caption");
    Files.writeString(captions, CAPTIONS);
    Path other = RandomClip.write(temp.resolve("other"), 2);
    Run ofOther =
        Cli.run("clipscore", images, "--clip", other, "--captions", captions, "--out", out);
    assertFails(ofOther, out + ".partial: was begun with model ");

    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Run cancelled = run(cancellation, captions, "--out", out);
    assertThat(cancelled.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(cancelled.err()).contains("the same command goes on");

    assertThat(json(run(captions, "--out", out, "--json"))).isEqualTo(whole);
    assertThat(Path.of(out)).hasBinaryContent(bytes);
    assertThat(Path.of(out + ".partial")).doesNotExist();
  }
}
