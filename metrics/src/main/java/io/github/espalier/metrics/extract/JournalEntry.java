package io.github.espalier.metrics.extract;

import com.google.common.hash.HashCode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What an extraction found out about one image: its features, or why there are none. */
final class JournalEntry {
  private static final int LONGEST_REASON = 10_000;

  private final HashedImage image;
  private final float @Nullable [] features;
  private final String reason;

  private JournalEntry(HashedImage image, float @Nullable [] features, String reason) {
    this.image = image;
    this.features = features;
    this.reason = reason;
  }

  static JournalEntry of(HashedImage image, float[] features) {
    return new JournalEntry(image, features, "");
  }

  static JournalEntry skipped(HashedImage image, String reason) {
    // Each character becomes three bytes at most, and a text of this form has fewer than 2^16.
    String shortened = reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
    return new JournalEntry(image, null, shortened);
  }

  HashedImage image() {
    return image;
  }

  /** Null for an image that was skipped. */
  float @Nullable [] features() {
    return features;
  }

  SkippedImage skippedImage() {
    return new SkippedImage(image.name(), reason);
  }

  HashedSkip skip() {
    return new HashedSkip(image, reason);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(image.name());
    out.write(image.hash().asBytes());
    out.writeBoolean(features != null);
    if (features == null) {
      out.writeUTF(reason);
      return;
    }
    for (float value : features) {
      out.writeFloat(value);
    }
  }

  static JournalEntry read(DataInputStream in, int width) throws IOException {
    String name = in.readUTF();
    HashCode hash = HashCode.fromBytes(in.readNBytes(HashedImage.HASH_BYTES));
    HashedImage image = new HashedImage(name, hash);
    if (!in.readBoolean()) {
      return skipped(image, in.readUTF());
    }
    float[] features = new float[width];
    for (int i = 0; i < width; i++) {
      features[i] = in.readFloat();
    }
    return of(image, features);
  }
}
