package io.github.espalier.metrics.clipscore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.clip.ClipModel;
import io.github.espalier.metrics.clip.GoldenClip;
import io.github.espalier.metrics.extract.ExtractionListener;
import io.github.espalier.metrics.extract.SkippedImage;
import io.github.espalier.metrics.reading.DecodingMemory;
import io.github.espalier.sd2.image.PngFile;
import io.github.espalier.sd2.image.RgbImage;
import io.github.espalier.sd2.nn.Compute;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipScoringTest {
  @TempDir static Path shared;
  private static ClipModel model;
  private static Compute compute;

  @TempDir Path folder;
  private final List<CaptionedFile> pairs = new ArrayList<>();
  private Path target;

  @BeforeAll
  static void open() throws IOException {
    model = ClipModel.open(GoldenClip.named("openai").write(shared));
    compute = Compute.withThreads(1);
  }

  @AfterAll
  static void close() {
    compute.close();
    model.close();
  }

  @BeforeEach
  void write() throws IOException {
    target = folder.resolve("scores.jsonl");
    for (int i = 0; i < 4; i++) {
      Path file = folder.resolve(i + ".png");
      PngFile.write(file, GoldenClip.images().get(i), Map.of());
      pairs.add(new CaptionedFile(i + ".png", file, GoldenClip.texts().get(i)));
    }
  }

  private static ClipScoring scoring() {
    return ClipScoring.of(ClipScorer.of(model, compute));
  }

  private ClipScores run(ClipScoring scoring) throws IOException {
    return scoring.run(pairs, target, false, ExtractionListener.NONE, new Cancellation());
  }

  /** Stops after two pairs. */
  private void stop() {
    Cancellation cancellation = new Cancellation();
    ExtractionListener stopping =
        (done, images) -> {
          if (done == 2) {
            cancellation.cancel();
          }
        };
    assertThatThrownBy(() -> scoring().run(pairs, target, false, stopping, cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(target).doesNotExist();
  }

  private Path journal() {
    return folder.resolve("scores.jsonl.partial");
  }

  private void assertRefused(ClipScoring scoring, String... parts) {
    assertThatThrownBy(() -> run(scoring))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void filesOfPartsMergeIntoTheFileOfAll() throws IOException {
    ClipScores whole = run(scoring());
    List<Path> parts = List.of(folder.resolve("first.jsonl"), folder.resolve("second.jsonl"));
    scoring().run(pairs.subList(0, 3), parts.get(0), false, (i, n) -> {}, new Cancellation());
    scoring().run(pairs.subList(3, 4), parts.get(1), false, (i, n) -> {}, new Cancellation());
    Path merged = folder.resolve("merged.jsonl");

    assertThat(ClipScores.merge(parts, merged)).isEqualTo(whole);

    assertThat(merged).hasSameBinaryContentAs(target);
    Path other = folder.resolve("other.jsonl");
    ClipScoring.of(ClipScorer.of(model, compute).withPrefix(""))
        .run(pairs, other, false, (i, n) -> {}, new Cancellation());
    assertThatThrownBy(() -> ClipScores.merge(List.of(parts.get(0), other), merged))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("other.jsonl cannot be added to", "first.jsonl", "prefix");
    assertThatThrownBy(() -> ClipScores.merge(List.of(), merged))
        .hasMessage("there are no scores to put together");
  }

  @Test
  void stoppedRunGoesOnToTheSameFile() throws IOException {
    ClipScores whole = run(scoring());
    assertThat(ClipScores.read(target)).isEqualTo(whole);
    assertThat(scoring().run(pairs, ExtractionListener.NONE, new Cancellation())).isEqualTo(whole);
    byte[] bytes = Files.readAllBytes(target);
    assertThatThrownBy(() -> run(scoring())).isInstanceOf(FileAlreadyExistsException.class);
    Files.delete(target);
    stop();
    Files.writeString(journal(), "{\"image\":\"cut", StandardOpenOption.APPEND);
    List<Integer> progress = new ArrayList<>();
    scoring().run(pairs, target, false, (done, images) -> progress.add(done), new Cancellation());
    assertThat(progress).containsExactly(2, 3, 4);
    assertThat(target).hasBinaryContent(bytes);
    assertThat(journal()).doesNotExist();
  }

  @Test
  void otherRunsAreRefused() throws IOException {
    stop();
    String path = journal().toString();
    assertRefused(ClipScoring.of(ClipScorer.of(model, compute).withPrefix("")), path, "prefix");
    ClipModel framed = model.withPreprocess(model.preprocess().withFraming(ClipFraming.CMMD));
    assertRefused(ClipScoring.of(ClipScorer.of(framed, compute)), path, "framing", "CMMD");
    CaptionedFile second = pairs.get(1);
    pairs.set(1, new CaptionedFile("1.png", second.file(), "another"));
    assertRefused(scoring(), path, "another caption of 1.png");
    pairs.set(1, new CaptionedFile("one.png", second.file(), second.caption()));
    assertRefused(scoring(), path, "number 2 was 1.png, not one.png");
    pairs.set(1, second);
    PngFile.write(second.file(), new RgbImage(8, 8, new byte[192]), Map.of());
    assertRefused(scoring(), path, "another content of " + second.file());
    pairs.remove(3);
    assertRefused(scoring(), path, "4 pairs, not 3");
    Files.writeString(journal(), "something else\n");
    assertRefused(scoring(), path, "is no file of CLIP scores");
  }

  @Test
  void whatCannotBeReadIsNamedOrSkipped() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.png"), "bad");
    Path thin = folder.resolve("thin.png");
    PngFile.write(thin, new RgbImage(1, 101, new byte[303]), Map.of());
    pairs.add(0, new CaptionedFile("bad.png", bad, "bad"));
    assertRefused(scoring(), bad.toString());
    assertThat(journal()).as("nothing to go on with").doesNotExist();
    pairs.add(1, pairs.remove(0));
    assertRefused(scoring(), bad.toString());
    Files.delete(journal());
    pairs.set(1, new CaptionedFile("thin.png", thin, "thin"));
    assertRefused(scoring(), thin.toString(), "100 times");
    ClipScores scores = run(scoring().skippingUnreadable());
    assertThat(scores.count()).isEqualTo(4);
    assertThat(scores.skipped()).hasSize(1);
    assertThat(scores.skipped().get(0).name()).isEqualTo("thin.png");
    assertThat(ClipScores.read(target)).isEqualTo(scores);
    List<CaptionedFile> none = List.of(new CaptionedFile("bad.png", bad, ""));
    ClipScoring skipping = scoring().skippingUnreadable();
    assertThatThrownBy(() -> skipping.run(none, ExtractionListener.NONE, new Cancellation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("no image can be read", bad.toString());
  }

  @Test
  void anImageThatWasSkippedAndMendedIsTriedAgain() throws IOException {
    ClipScores whole = run(scoring());
    byte[] bytes = Files.readAllBytes(target);
    Files.delete(target);
    Path second = pairs.get(1).file();
    byte[] image = Files.readAllBytes(second);
    Files.writeString(second, "bad");
    Cancellation cancellation = new Cancellation();
    ExtractionListener stopping =
        (done, images) -> {
          if (done == 3) {
            cancellation.cancel();
          }
        };
    ClipScoring skipping = scoring().skippingUnreadable();
    assertThatThrownBy(() -> skipping.run(pairs, target, false, stopping, cancellation))
        .isInstanceOf(CancellationException.class);
    assertRefused(scoring(), journal().toString(), "skipping images that cannot be read");
    Files.write(second, image);
    List<Integer> progress = new ArrayList<>();
    ClipScores found =
        scoring()
            .run(pairs, target, false, (done, images) -> progress.add(done), new Cancellation());
    assertThat(progress).containsExactly(1, 2, 3, 4);
    assertThat(found).isEqualTo(whole);
    assertThat(target).hasBinaryContent(bytes);
  }

  /** Of a memory, 3/4 are for decoding, which takes half a megabyte and 6 bytes a pixel. */
  @Test
  void imagesThatDoNotFitTheMemoryAreNamedOrSkipped() throws IOException {
    Path large = folder.resolve("large.png");
    PngFile.write(large, new RgbImage(500, 400, new byte[600_000]), Map.of());
    pairs.add(2, new CaptionedFile("large.png", large, "large"));
    ClipScoring scoring = scoring().withMemory(DecodingMemory.of(1_000_000));
    assertRefused(scoring, large.toString(), "has 500x400 pixels and needs 2 MB", "-Xmx");
    Files.delete(journal());
    ClipScores scores = run(scoring.skippingUnreadable());
    assertThat(scores.count()).isEqualTo(4);
    assertThat(scores.skipped()).extracting(SkippedImage::name).containsExactly("large.png");
  }

  /** Images are framed ahead of the model, which frames them again. */
  @Test
  void scoresAreThoseOfTheWholeImages() throws IOException {
    ClipScorer scorer = ClipScorer.of(model, compute);
    ClipScores scores = run(scoring());
    for (int i = 0; i < pairs.size(); i++) {
      CaptionedFile pair = pairs.get(i);
      assertThat(scores.pairs().get(i))
          .isEqualTo(scorer.score(pair.name(), GoldenClip.images().get(i), pair.caption()));
    }
  }

  @Test
  void onlyTheSameProtocolIsCompared() throws IOException {
    ClipScores scores = run(scoring());
    assertThat(scores.minus(scores, ClipScoreKind.CLIP_SCORE)).isZero();
    ClipScoreProtocol protocol = scores.protocol();
    assertDiffers(scores, new ClipScoreProtocol("other", protocol.preprocess(), ""), "model");
    assertDiffers(
        scores,
        new ClipScoreProtocol(
            protocol.model(), protocol.preprocess().withFraming(ClipFraming.CMMD), ""),
        "framing TORCHVISION, not CMMD");
    assertDiffers(
        scores,
        new ClipScoreProtocol(protocol.model(), protocol.preprocess(), ""),
        "prefix 'A photo depicts ', not ''");
  }

  private static void assertDiffers(ClipScores scores, ClipScoreProtocol protocol, String part) {
    ClipScores other = new ClipScores(protocol, scores.pairs(), List.of());
    assertThatThrownBy(() -> scores.minus(other, ClipScoreKind.COSINE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(part);
  }
}
