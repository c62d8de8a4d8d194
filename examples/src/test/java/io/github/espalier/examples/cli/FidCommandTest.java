package io.github.espalier.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.examples.RandomClip;
import io.github.espalier.examples.RandomInception;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.metrics.feature.FeatureMoments;
import io.github.espalier.metrics.npz.MomentsFile;
import io.github.espalier.sd2.safetensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code espalier features} and {@code espalier fid}, with a FID network of random weights. */
class FidCommandTest {
  @TempDir static Path shared;
  private static Path weights;
  private static Path real;
  private static Path generated;

  @TempDir Path temp;

  @BeforeAll
  static void make() throws IOException {
    weights = shared.resolve("inception.safetensors");
    RandomInception.write(weights);
    real = images("real", 5, 1);
    generated = images("generated", 6, 2);
  }

  private static Path images(String name, int count, long seed) throws IOException {
    return RandomInception.images(shared.resolve(name), count, seed);
  }

  private Path features(Path folder, String protocol) {
    Path out = temp.resolve(folder.getFileName() + "-" + protocol + ".safetensors");
    Run run =
        Cli.run("features", folder, "--inception", weights, "--protocol", protocol, "--out", out);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("Features of ")
        .contains(" images (fid-inception-v3, tap 2048, protocol " + protocol + ") are in " + out);
    return out;
  }

  /** A file of random features of the network's first layer. */
  private static void writeFeatures(Path file, int count) throws IOException {
    writeFeatures(file, count, 64);
  }

  private static void writeFeatures(Path file, int count, int tap) throws IOException {
    Random random = new Random(1);
    float[] rows = new float[tap * count];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextFloat();
    }
    List<String> names = IntStream.range(0, count).mapToObj(i -> i + ".png").toList();
    Safetensors.write(
        file,
        Map.of(
            "features",
            TensorData.ofFloats(Shape.of(count, tap), rows),
            "images",
            bytes(new ObjectMapper().writeValueAsBytes(names)),
            "skipped",
            bytes("[]".getBytes(UTF_8)),
            "hashes",
            TensorData.ofBytes(
                DType.U8, Shape.of(count, 32), ByteBuffer.wrap(new byte[32 * count]))),
        Map.of(
            "espalier.format",
            "features-2",
            "espalier.protocol",
            "paper",
            "espalier.network",
            "fid-inception-v3",
            "espalier.tap",
            Integer.toString(tap),
            "espalier.weights",
            "0a".repeat(32)));
  }

  private static TensorData bytes(byte[] bytes) {
    return TensorData.ofBytes(DType.U8, Shape.of(bytes.length), ByteBuffer.wrap(bytes));
  }

  private static JsonNode json(Run run) throws IOException {
    assertThat(run.status()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void foldersAndTheirFeaturesGiveTheSameNumber() throws IOException {
    Path stats = temp.resolve("real.npz");
    Path generatedStats = temp.resolve("generated.npz");
    JsonNode ofFolders =
        json(
            Cli.run(
                "fid",
                real,
                generated,
                "--inception",
                weights,
                "--protocol",
                "paper",
                "--kid",
                "--precision-recall",
                "--features",
                temp.resolve("kept"),
                "--save-real-stats",
                stats,
                "--save-generated-stats",
                generatedStats,
                "--quiet",
                "--json"));
    assertThat(ofFolders.get("isFid").asBoolean()).isTrue();
    assertThat(ofFolders.get("label").asText()).isEqualTo("FID (protocol paper)");
    assertThat(ofFolders.get("value").asDouble()).isPositive();
    assertThat(ofFolders.get("real").get("images").asInt()).isEqualTo(5);
    assertThat(ofFolders.get("generated").get("images").asInt()).isEqualTo(6);
    assertThat(ofFolders.get("warning").asText()).startsWith("with 5 and 6 images");
    assertThat(ofFolders.get("kid").get("label").asText()).isEqualTo("KID (protocol paper)");
    assertThat(ofFolders.get("kid").get("wholeSets").asBoolean()).isTrue();
    assertThat(ofFolders.get("kid").get("value").isDouble()).isTrue();
    assertThat(ofFolders.get("precisionRecall").get("precision").asDouble()).isBetween(0.0, 1.0);
    assertThat(ofFolders.get("precisionRecall").get("neighbour").asInt()).isEqualTo(3);
    assertThat(MomentsFile.read(stats).width()).isEqualTo(2048);
    assertThat(MomentsFile.read(generatedStats).mean())
        .isNotEqualTo(MomentsFile.read(stats).mean());

    Path second = features(generated, "paper");
    JsonNode ofFiles = json(Cli.run("fid", features(real, "paper"), second, "--json"));
    assertThat(ofFiles.get("value")).isEqualTo(ofFolders.get("value"));

    Run ofStatistics = Cli.run("fid", stats, second);
    assertThat(ofStatistics.status()).isZero();
    Run sameFile =
        Cli.run(
            "fid",
            stats,
            second,
            "--save-real-stats",
            temp.resolve("a.npz"),
            "--save-generated-stats",
            temp.resolve("a.npz"));
    assertThat(sameFile.err()).contains("is the file of --save-real-stats");
    assertThat(Cli.run("fid", stats, second, "--save-real-stats", stats).err())
        .contains(stats + ": exists already");
    assertThat(ofStatistics.out())
        .startsWith("Fréchet distance (network fid-inception-v3, tap 2048, protocol paper; ")
        .contains("does not say what made its features): ", "Generated: ", ", 6 images");

    Run again =
        Cli.run(
            "fid",
            real,
            generated,
            "--protocol",
            "paper",
            "--inception",
            weights,
            "--features",
            temp.resolve("kept"),
            "--json");
    assertThat(json(again).get("value")).isEqualTo(ofFolders.get("value"));
    try (var files = Files.list(temp.resolve("kept"))) {
      assertThat(files).hasSize(2);
    }
  }

  /** Statistics of other programs do not say of how many images they are. */
  @Test
  void theBiasOfOneSideIsALowerBound() throws IOException {
    Path file = temp.resolve("features.safetensors");
    writeFeatures(file, 6);
    Path stats = temp.resolve("stats.npz");
    MomentsFile.write(stats, FeatureMoments.of(new double[64], new double[64][64]), false);
    JsonNode found = json(Cli.run("fid", stats, file, "--json"));
    assertThat(found.get("biasAtLeast").asDouble()).isPositive();
    assertThat(found.has("bias")).isFalse();
    assertThat(found.get("warning").asText()).contains(" is at least about ");
    assertThat(Cli.run("fid", stats, file).out())
        .contains("Warning: with 6 images on one side and an unknown number on the other a");
  }

  /** Of another layer of the network nothing is called FID or KID. */
  @Test
  void whatIsNotTheMeasureItselfHasAnotherName() throws IOException {
    Object[] args = {
      "fid",
      real,
      generated,
      "--inception",
      weights,
      "--tap=64",
      "--kid",
      "--precision-recall",
      "--features",
      temp
    };
    Run text = Cli.run(args);
    String made = " (network fid-inception-v3, tap 64, protocol pytorch-fid)";
    assertThat(text.out().lines().map(line -> line.replaceAll(": -?[0-9.e-]+", ": N")))
        .startsWith(
            "Fréchet distance" + made + ": N",
            "Kernel distance" + made + ": N (of the whole sets)",
            "Improved precision: N, recall: N (neighbour 3)",
            "Real: " + real + ", 5 images");
    args[6] = "--json";
    args[7] = "--kid";
    JsonNode json = json(Cli.run(args));
    assertThat(json.get("isFid").asBoolean()).isFalse();
    assertThat(json.has("kid")).isFalse();
    assertThat(json.get("kernelDistance").get("label").asText())
        .isEqualTo("Kernel distance" + made);
    args[6] = "--quiet";
    assertThat(Cli.run(args).out()).isEmpty();
  }

  @Test
  void theExtrapolationSaysHowSureItIs() throws IOException {
    Path file = temp.resolve("features.safetensors");
    writeFeatures(file, 24, 2048);
    Object[] args = {"fid", file, file, "--infinity", "--infinity-from=6", "--json"};
    JsonNode infinity = json(Cli.run(args)).get("infinity");
    assertThat(infinity.get("label").asText()).isEqualTo("FID at infinity (protocol paper)");
    assertThat(infinity.get("points")).hasSize(15);
    assertThat(infinity.get("points").get(0).get("count").asInt()).isEqualTo(6);
    assertThat(infinity.get("seed").asInt()).isZero();
    assertThat(infinity.get("standardError").asDouble()).isPositive();
    writeFeatures(temp.resolve("small.safetensors"), 24);
    args[1] = temp.resolve("small.safetensors");
    args[2] = args[1];
    args[5] = "--kid";
    assertThat(Cli.run(args).out())
        .containsPattern(
            "Fréchet distance at infinity .*: \\S+ \\(standard error \\S+, 15 subsets from 6 on,"
                + " seed 0\\)");
  }

  @Test
  void kernelDistanceOfSubsetsSaysWhichTheyAre() throws IOException {
    Path file = temp.resolve("many.safetensors");
    writeFeatures(file, 1001);
    JsonNode found = json(Cli.run("fid", file, file, "--kid", "--json")).get("kernelDistance");
    assertThat(found.get("subsets").asInt()).isEqualTo(100);
    assertThat(found.get("subsetSize").asInt()).isEqualTo(1000);
    assertThat(found.get("seed").asInt()).isEqualTo(2020);
    assertThat(found.get("deviation").isDouble()).isTrue();
    assertThat(found.get("wholeSets").asBoolean()).isFalse();
    assertThat(Cli.run("fid", file, file, "--kid").out())
        .containsPattern(
            "Kernel distance .*: \\S+ \\(deviation \\S+ of 100 subsets of 1,000, seed 2020\\)");
  }

  @Test
  void clipsEmbeddingsAreNotCalledCmmdUnlessTheyAre() throws IOException {
    Path clip = RandomClip.write(temp.resolve("clip"), 1);
    Object[] args = {
      "fid", real, generated, "--clip", clip, "--clip-framing=cmmd", "--cmmd", "--json"
    };
    JsonNode found = json(Cli.run(args));
    assertThat(found.has("cmmd")).isFalse();
    assertThat(found.get("embeddingDiscrepancy").get("label").asText())
        .startsWith("Discrepancy of embeddings (network clip, tap image embedding, protocol clip-");
    assertThat(found.get("embeddingDiscrepancy").get("sigma").asDouble()).isEqualTo(10);
    assertThat(found.get("label").asText()).startsWith("Fréchet distance (network clip, ");
  }

  @Test
  void listsChooseImages() throws IOException {
    Path list = Files.writeString(temp.resolve("list.txt"), "3.png\n\n0.png\n4.png\n");
    Object[] args = {
      "fid",
      real,
      generated,
      "--inception",
      weights,
      "--tap=64",
      "--real-list",
      list,
      "--features",
      temp.resolve("kept"),
      "--json"
    };
    JsonNode listed = json(Cli.run(args));
    assertThat(listed.get("real").get("images").asInt()).isEqualTo(3);
    assertThat(listed.get("generated").get("images").asInt()).isEqualTo(6);
    Path some = Files.createDirectory(temp.resolve("some"));
    for (String name : List.of("0.png", "3.png", "4.png")) {
      Files.copy(real.resolve(name), some.resolve(name));
    }
    Path out = temp.resolve("some.safetensors");
    Run features =
        Cli.run("features", real, "--inception", weights, "--tap=64", "--list", list, "--out", out);
    assertThat(features.status()).as(features.err()).isZero();
    args[1] = some;
    args[6] = "--infinity-from=3";
    args[7] = "--recursive";
    assertThat(json(Cli.run(args)).get("value")).isEqualTo(listed.get("value"));
    args[1] = out;
    assertThat(json(Cli.run(args)).get("value")).isEqualTo(listed.get("value"));

    args[1] = real;
    args[6] = "--generated-list";
    args[7] = Files.writeString(temp.resolve("wrong.txt"), "0.png\nnone.png\n");
    assertThat(Cli.run(args).err())
        .contains(args[7] + ": 'none.png' is not among the 6 images of " + generated);
    args[2] = out;
    assertThat(Cli.run(args).err()).contains("--generated-list lists images of a folder, but ");
    Path empty = Files.writeString(temp.resolve("empty.txt"), "\n");
    args[2] = generated;
    args[7] = empty;
    assertThat(Cli.run(args).err()).contains(empty + ": has no names of images");
  }

  @Test
  void otherProtocolsAreNotCompared() {
    Run run = Cli.run("fid", features(real, "clean-fid"), features(generated, "paper"));
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("cannot be compared", "protocol clean-fid, not paper");
  }

  @Test
  void whatCannotBeReadIsNamedOrCounted() throws IOException {
    Path folder = images("damaged", 2, 3);
    Path bad = Files.writeString(folder.resolve("bad.png"), "bad");
    Path out = temp.resolve("features.safetensors");
    Run run = Cli.run("features", folder, "--inception", weights, "--out", out);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.errLines()).anyMatch(line -> line.startsWith("espalier: " + bad + ": begins"));
    assertThat(out).doesNotExist();
    Run skipping =
        Cli.run(
            "features",
            folder,
            "--inception",
            weights,
            "--out",
            out,
            "--skip-unreadable",
            "--json");
    assertThat(json(skipping).get("skipped").asInt()).isEqualTo(1);
    assertThat(json(skipping).get("images").asInt()).isEqualTo(2);

    Run none = Cli.run("fid", temp.resolve("none"), out);
    assertThat(none.err()).contains(temp.resolve("none") + ": there is no such file or folder");
    Run missing = Cli.run("fid", real, out);
    assertThat(missing.err()).contains("a folder of images needs --inception FILE");
    Run empty = Cli.run("fid", temp, out, "--inception", weights);
    assertThat(empty.err()).contains(temp + " has no images of its own");
  }

  /** The model's place is looked at after the options, which are all understood. */
  @Test
  void clipInsteadOfInception() {
    Path none = temp.resolve("no-clip");
    Run run =
        Cli.run(
            "features",
            real,
            "--clip",
            none,
            "--clip-framing=cmmd",
            "--out",
            temp.resolve("clip.safetensors"));
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("no-clip");
    Run both = Cli.run("fid", real, generated, "--clip", none, "--inception", weights, "--cmmd");
    assertThat(both.status()).isNotZero();
    assertThat(both.err()).contains("--clip MODEL, and not both");
  }

  @Test
  void cancelledRunGoesOn() throws IOException {
    Path whole = features(real, "clean-fid");
    byte[] bytes = Files.readAllBytes(whole);
    Files.delete(whole);
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Run run =
        Cli.run(
            cancellation,
            "features",
            real,
            "--inception",
            weights,
            "--protocol",
            "clean-fid",
            "--out",
            whole);
    assertThat(run.status()).isEqualTo(ExitStatus.CANCELLED);
    assertThat(run.err()).contains("the same command goes on");
    assertThat(Files.readAllBytes(features(real, "clean-fid"))).isEqualTo(bytes);
  }
}
