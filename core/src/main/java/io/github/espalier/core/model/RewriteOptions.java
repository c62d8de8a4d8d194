package io.github.espalier.core.model;

/**
 * How a pruned copy of a model is written.
 *
 * @param overwrite whether an existing target is replaced
 * @param format how pruned weights are stored
 * @param durable whether the data is forced to the storage device before the target appears, so
 *     that it also survives a power failure
 */
public record RewriteOptions(boolean overwrite, StorageFormat format, boolean durable) {
  /** How pruned weights are stored. */
  public enum StorageFormat {
    /** Zeros take as much room as other weights; every tool can read the result. */
    DENSE,
    /** Bit masks and packed kept weights; smaller, and read by Espalier only. */
    SPARSE
  }

  /**
   * Returns the defaults: an existing target is an error, dense, durable.
   *
   * @return the options
   */
  public static RewriteOptions withDefaults() {
    return new RewriteOptions(false, StorageFormat.DENSE, true);
  }

  /**
   * Sets whether an existing target is replaced.
   *
   * @param overwrite true to replace it
   * @return a changed copy
   */
  public RewriteOptions withOverwrite(boolean overwrite) {
    return new RewriteOptions(overwrite, format, durable);
  }

  /**
   * Sets how pruned weights are stored.
   *
   * @param format the format
   * @return a changed copy
   */
  public RewriteOptions withFormat(StorageFormat format) {
    return new RewriteOptions(overwrite, format, durable);
  }

  /**
   * Sets whether data is forced to the storage device.
   *
   * @param durable false to leave that to the operating system
   * @return a changed copy
   */
  public RewriteOptions withDurable(boolean durable) {
    return new RewriteOptions(overwrite, format, durable);
  }
}
