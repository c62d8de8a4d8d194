package io.github.espalier.examples.study.published;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Everything that the paper's authors have published as numbers. Immutable.
 *
 * <p>The tables, by their ids: {@code ratios} and {@code ratios-owl} (the configurations of Table
 * 1), {@code text-magnitude}, {@code text-wanda}, {@code text-owl-magnitude}, {@code
 * text-owl-wanda}, {@code unet-magnitude}, {@code descent} (Table 6) and {@code descent-owl} (Table
 * 10).
 *
 * @param paper authors, title and number of the paper
 * @param source where the scores were published
 * @param images images behind each score
 * @param runs all runs, in the authors' order; the first is the dense model
 * @param tables the runs by table; each run is in one at least
 * @param printed scores that the paper prints, where they help to tell runs apart
 */
public record PublishedStudy(
    String paper,
    String source,
    int images,
    List<PublishedRun> runs,
    List<PublishedTable> tables,
    List<PrintedScores> printed) {

  /**
   * Copies the lists.
   *
   * @param paper authors, title and number of the paper
   * @param source where the scores were published
   * @param images images behind each score
   * @param runs all runs
   * @param tables the runs by table
   * @param printed scores that the paper prints
   */
  public PublishedStudy {
    runs = ImmutableList.copyOf(runs);
    tables = ImmutableList.copyOf(tables);
    printed = ImmutableList.copyOf(printed);
  }

  /**
   * Reads the data that ships with the examples.
   *
   * @return the study of Stable Diffusion 2
   */
  public static PublishedStudy load() {
    return PublishedFile.load();
  }

  /**
   * Returns the run of the model that was not pruned.
   *
   * @return the first run
   */
  public PublishedRun dense() {
    return runs.get(0);
  }

  /**
   * Finds a configuration.
   *
   * @param text how the text encoder is pruned; ignored if its sparsity is 0
   * @param textEncoder sparsity of the text encoder
   * @param unet sparsity of the U-Net, pruned by magnitude
   * @return the run, or empty if there is none
   */
  public Optional<PublishedRun> run(TextPruning text, Sparsity textEncoder, Sparsity unet) {
    return runs.stream().filter(each -> each.prunes(text, textEncoder, unet)).findFirst();
  }

  /**
   * Returns a table.
   *
   * @param id one of the ids above
   * @return the table
   * @throws IllegalArgumentException if there is none; the message lists the ids
   */
  public PublishedTable table(String id) {
    return tables.stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no published table '"
                        + id
                        + "': expected one of "
                        + tables.stream()
                            .map(PublishedTable::id)
                            .collect(Collectors.joining(", "))));
  }
}
