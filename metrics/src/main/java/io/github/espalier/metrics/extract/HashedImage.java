package io.github.espalier.metrics.extract;

import com.google.common.hash.HashCode;
import io.github.espalier.metrics.reading.PreparedImage;
import io.github.espalier.metrics.reading.ReadAhead;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An image's name below its folder, and the SHA-256 of its file.
 *
 * @param name the name
 * @param hash the hash
 */
record HashedImage(String name, HashCode hash) {
  /** Bytes of a hash. */
  static final int HASH_BYTES = 32;

  static HashedImage of(PreparedImage<?> image) {
    return new HashedImage(image.source().name(), HashCode.fromString(image.sha256()));
  }

  /** Whether a file is this image. */
  boolean isContentOf(Path file) throws IOException {
    return ReadAhead.hash(file).equals(hash.toString());
  }
}
