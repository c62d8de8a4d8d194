package io.github.espalier.examples.study.published;

import com.google.common.collect.ImmutableList;
import io.github.espalier.core.sparsity.Sparsity;
import java.util.List;
import java.util.Optional;

/**
 * The paper's Table 1: the sparsities of the components for some sparsities of the full model and
 * some ratios. Immutable.
 *
 * @param rows sparsities of the full model
 * @param columns ratios of removed weights
 * @param sizes parameters of the components
 */
public record RatioTable(List<Sparsity> rows, List<RemovalRatio> columns, ModelSizes sizes) {
  /** What stands in a cell that cannot be. */
  public static final String NOT_AVAILABLE = "N/A";

  private static final List<Sparsity> PAPER_ROWS =
      ImmutableList.of(
          Sparsity.of(0.2), Sparsity.of(0.3), Sparsity.of(0.4), Sparsity.of(0.5), Sparsity.of(0.6));

  private static final List<RemovalRatio> PAPER_COLUMNS =
      ImmutableList.of(new RemovalRatio(3, 1), new RemovalRatio(1, 1), new RemovalRatio(1, 3));

  /**
   * Copies the lists.
   *
   * @param rows sparsities of the full model
   * @param columns ratios of removed weights
   * @param sizes parameters of the components
   */
  public RatioTable {
    rows = ImmutableList.copyOf(rows);
    columns = ImmutableList.copyOf(columns);
  }

  /**
   * Returns the rows and columns of the paper, for a model of any size.
   *
   * @param sizes parameters of the components; {@link ModelSizes#SD2} gives the paper's runs
   * @return 20 % to 60 %, by 3:1, 1:1 and 1:3
   */
  public static RatioTable paper(ModelSizes sizes) {
    return new RatioTable(PAPER_ROWS, PAPER_COLUMNS, sizes);
  }

  /**
   * Returns a cell.
   *
   * @param row index of a row, from 0
   * @param column index of a column, from 0
   * @return the sparsities in whole percent, halves up; empty if the ratio asks more of a component
   *     than it has
   * @throws IndexOutOfBoundsException if there is no such cell
   */
  public Optional<ComponentSparsities> cell(int row, int column) {
    return new FullModelRatio(rows.get(row), columns.get(column))
        .components(sizes)
        .map(ComponentSparsities::rounded);
  }

  /**
   * Returns a cell's text.
   *
   * @param row index of a row, from 0
   * @param column index of a column, from 0
   * @return such as {@code 53% / 7%}, text encoder first, or {@value #NOT_AVAILABLE}
   * @throws IndexOutOfBoundsException if there is no such cell
   */
  public String text(int row, int column) {
    return cell(row, column).map(ComponentSparsities::toString).orElse(NOT_AVAILABLE);
  }
}
