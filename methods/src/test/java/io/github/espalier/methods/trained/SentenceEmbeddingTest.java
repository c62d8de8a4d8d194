package io.github.espalier.methods.trained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tokenizer and forward pass are right: tokens and embeddings are those of other programs. */
@Tag("trained")
class SentenceEmbeddingTest {
  /**
   * Of the elements of an embedding, which are 0.05 in the mean: 40 times the rounding of binary32
   * at 1, since six blocks of products are summed in another order.
   */
  private static final double TOLERANCE = 5e-6;

  private static final List<JsonNode> GOLDEN =
      StreamSupport.stream(
              ModelFiles.json("sentences-golden.json").get("sentences").spliterator(), false)
          .toList();

  private static final WordPiece TOKENIZER = new WordPiece(ModelFiles.tokenizer());
  private static Bert model;

  @BeforeAll
  static void load() {
    Initialisers weights = new Initialisers(ModelFiles.graph());
    model = new Bert(weights.linears(), weights);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void tokens() {
    for (JsonNode sentence : GOLDEN) {
      List<Integer> expected = new ArrayList<>();
      sentence.get("ids").forEach(id -> expected.add(id.intValue()));

      String text = sentence.get("text").textValue();

      assertThat(TOKENIZER.encode(text)).as(text).containsExactly(expected.toArray(Integer[]::new));
    }
  }

  @Test
  void embeddings() {
    for (JsonNode sentence : GOLDEN) {
      String text = sentence.get("text").textValue();
      double[] found = embed(text);
      assertThat(found).hasSize(sentence.get("embedding").size());
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i])
            .as("%s, element %s", text, i)
            .isCloseTo(sentence.get("embedding").get(i).doubleValue(), within(TOLERANCE));
      }
    }
  }

  /** The first two golden sentences say the same in other words, and so do the next two. */
  @Test
  void similarSentencesAreClose() {
    double[] cat = embed(GOLDEN.get(0).get("text").textValue());
    double[] kitten = embed(GOLDEN.get(1).get("text").textValue());
    double[] parliament = embed(GOLDEN.get(2).get("text").textValue());
    double[] lawmakers = embed(GOLDEN.get(3).get("text").textValue());

    assertThat(Math.min(Vectors.dot(cat, kitten), Vectors.dot(parliament, lawmakers)))
        .isGreaterThan(0.3 + Vectors.dot(cat, parliament))
        .isGreaterThan(0.3 + Vectors.dot(kitten, lawmakers));
  }

  private static double[] embed(String text) {
    return model.embed(TOKENIZER.encode(text), InputTap.NONE);
  }
}
