package io.github.espalier.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.espalier.examples.cli.Cli.Run;
import io.github.espalier.examples.generate.Prompt;
import io.github.espalier.examples.generate.PromptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code espalier captions}, on a small file like COCO's. That choices are NumPy's is shown where
 * they are made.
 */
class CaptionsCommandTest {
  /** NumPy's np.random.seed(0); np.random.choice(5, 3, replace=False). */
  private static final List<Integer> CHOICE = List.of(2, 0, 1);

  @TempDir Path temp;
  private Path coco;

  @BeforeEach
  void write() throws IOException {
    coco = Files.writeString(temp.resolve("captions.json"), coco("A dog\n runs."));
  }

  private static String coco(String third) throws IOException {
    StringBuilder images = new StringBuilder();
    StringBuilder captions = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      String comma = i > 0 ? "," : "";
      images.append(comma + "{\"id\":%d,\"file_name\":\"%012d.jpg\"}".formatted(i, i));
      String caption = i == 2 ? third : "Caption " + i + ".";
      captions.append(
          comma
              + "{\"image_id\":%d,\"caption\":%s},{\"image_id\":%d,\"caption\":\"not this\"}"
                  .formatted(i, new ObjectMapper().writeValueAsString(caption), i));
    }
    return "{\"images\":[" + images + "],\"annotations\":[" + captions + "]}";
  }

  private static String caption(int image, String third) {
    return image == 2 ? third : "Caption " + image + ".";
  }

  private Run run(Path out, Object... more) {
    List<Object> args = new ArrayList<>(List.of("captions", coco, "--out", out));
    args.addAll(List.of(more));
    if (!args.contains("--limit=6")) {
      args.add("--limit=3");
    }
    return Cli.run(args.toArray());
  }

  @Test
  void promptsAndNamesAreInTheOrderOfTheChoice() throws IOException {
    Path out = temp.resolve("prompts.jsonl");
    Path names = temp.resolve("names.txt");
    Run run = run(out, "--images", names);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualToIgnoringNewLines("Wrote " + out + " and " + names + ": 3 of 5 images, seed 0.");
    assertThat(PromptFile.read(out))
        .containsExactlyElementsOf(
            CHOICE.stream().map(i -> Prompt.of(caption(i, "A dog\n runs."))).toList());
    assertThat(Files.readAllLines(names))
        .containsExactlyElementsOf(CHOICE.stream().map("%012d.jpg"::formatted).toList());
    assertThat(ImageList.read(names)).hasSize(3);
  }

  @Test
  void otherFormsHaveTheSameCaptions() throws IOException {
    Path text = temp.resolve("prompts.txt");
    Run run = run(text, "--json");
    assertThat(run.status()).as(run.err()).isZero();
    JsonNode told = new ObjectMapper().readTree(run.out());
    assertThat(told.get("chosen").asInt()).isEqualTo(3);
    assertThat(told.get("of").asInt()).isEqualTo(5);
    List<String> lines = CHOICE.stream().map(i -> caption(i, "A dog  runs.")).toList();
    assertThat(Files.readAllLines(text)).isEqualTo(lines);
    assertThat(PromptFile.read(text))
        .containsExactlyElementsOf(lines.stream().map(Prompt::of).toList());

    Path object = temp.resolve("captions-of-names.json");
    assertThat(run(object).status()).isZero();
    assertThat(CaptionFile.read(object, List.of()))
        .hasSize(3)
        .containsEntry("000000000002.jpg", "A dog\n runs.");
    Path other = temp.resolve("other.txt");
    assertThat(run(other, "--seed=1").status()).isZero();
    assertThat(Files.readAllLines(other)).isNotEqualTo(lines);
  }

  @Test
  void refusesInOneLine() throws IOException {
    Path out = temp.resolve("prompts.txt");
    assertThat(run(out, "--limit=6").err()).contains("choose 6 images, expected 0 to the 5");
    assertThat(run(out, "--seed=-1").err()).contains("seed is -1");
    assertThat(run(out, "--images", out).err()).contains("is the file of --out");
    assertThat(run(coco, "--overwrite").err()).contains("is the file of captions");
    Files.writeString(out, "mine");
    assertThat(run(out).err()).contains(out + ": exists already");
    assertThat(out).hasContent("mine");
    Files.writeString(coco, coco(" \n"));
    assertThat(run(out, "--overwrite").err())
        .contains("the caption of 000000000002.jpg is blank", "ends in .jsonl");
    assertThat(out).hasContent("mine");
    Files.writeString(coco, coco("x") + "{}");
    assertThat(run(out, "--overwrite").err()).contains(coco + ": goes on after its end");
  }
}
