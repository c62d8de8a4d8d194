package io.github.espalier.sd2.sparse;

/** The names and metadata of the sparse format. */
final class SparseNames {
  static final String FORMAT_KEY = "espalier.format";
  static final String FORMAT = "sparse-1";
  static final String DENSE_HEADER_KEY = "espalier.dense_header";

  static final String DENSE_SIZE_KEY = "espalier.dense_size";

  private SparseNames() {}

  static String bitmask(String tensor) {
    return tensor + ".bitmask";
  }

  static String values(String tensor) {
    return tensor + ".values";
  }

  static String rowOffsets(String tensor) {
    return tensor + ".row_offsets";
  }
}
