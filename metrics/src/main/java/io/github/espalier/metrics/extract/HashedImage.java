package io.github.espalier.metrics.extract;

import com.google.common.hash.HashCode;

/**
 * An image's name below its folder, and the SHA-256 of its file.
 *
 * @param name the name
 * @param hash the hash
 */
record HashedImage(String name, HashCode hash) {
  /** Bytes of a hash. */
  static final int HASH_BYTES = 32;
}
