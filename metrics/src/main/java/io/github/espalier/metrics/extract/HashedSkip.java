package io.github.espalier.metrics.extract;

/**
 * An image that was passed over, with the hash of its file.
 *
 * @param image name and hash
 * @param reason what is wrong with it
 */
record HashedSkip(HashedImage image, String reason) {
  SkippedImage skippedImage() {
    return new SkippedImage(image.name(), reason);
  }
}
