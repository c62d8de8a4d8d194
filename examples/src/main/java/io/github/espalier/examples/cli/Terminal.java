package io.github.espalier.examples.cli;

/**
 * The terminal that standard error leads to, if it leads to one.
 *
 * @param present whether there is one
 * @param columns its width
 */
record Terminal(boolean present, int columns) {
  private static final int USUAL_COLUMNS = 80;
  private static final String COLUMNS = "espalier.columns";

  /** No terminal, as when output goes to a file. */
  static final Terminal NONE = new Terminal(false, USUAL_COLUMNS);

  /** Finds out from the launcher: Java itself knows nothing about standard error. */
  static Terminal ofStandardError() {
    int columns = Integer.getInteger(COLUMNS, 0);
    return columns > 0 ? new Terminal(true, columns) : NONE;
  }
}
