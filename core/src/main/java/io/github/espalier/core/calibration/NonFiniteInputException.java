package io.github.espalier.core.calibration;

import java.io.Serial;

/**
 * A layer's calibration input holds an infinity, a NaN, or numbers so large that their squares are
 * infinite. The message says where; who gave the rows knows the layer and the caption.
 */
public final class NonFiniteInputException extends ArithmeticException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient int row;
  private final transient int column;

  /** Reports the first such number in the rows that were given. */
  NonFiniteInputException(int row, int column, float value) {
    super(
        "input "
            + column
            + " is "
            + (Float.isNaN(value) ? "NaN" : "infinite")
            + " in row "
            + row
            + " of those given, but must be finite");
    this.row = row;
    this.column = column;
  }

  /** Reports an input whose squares add up to more than binary32 can hold. */
  NonFiniteInputException(int column) {
    super(
        "input "
            + column
            + " is so large that its square is infinite in binary32, in one of the rows gathered"
            + " since the Gram matrix was last added to");
    this.row = -1;
    this.column = column;
  }

  /**
   * Returns the row at fault.
   *
   * @return index in the rows given to {@link InputAccumulator#add}; -1 if it is one of many, given
   *     together or before
   */
  public int row() {
    return row;
  }

  /**
   * Returns the input at fault.
   *
   * @return index of a column
   */
  public int column() {
    return column;
  }
}
