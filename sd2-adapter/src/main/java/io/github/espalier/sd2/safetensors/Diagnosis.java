package io.github.espalier.sd2.safetensors;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Recognises files that are mistaken for safetensors files, from their first bytes. */
final class Diagnosis {
  /** Number of first bytes that are enough to tell. */
  static final int ENOUGH = 64;

  private Diagnosis() {}

  /**
   * Says what a refused file is.
   *
   * @param start the first bytes of the file, {@link #ENOUGH} unless it has less
   * @return one line, or null if it may well be a broken safetensors file
   */
  static @Nullable String of(byte[] start) {
    if (start.length == 0) {
      return "the file is empty";
    }
    if (isPlausible(start)) {
      return null;
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs")) {
      return "this is a git-LFS pointer, not the file that it points to;"
          + " fetch that with `git lfs pull`, or download it from the model's page";
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return "this is a zip archive, as PyTorch writes with torch.save, not a safetensors file;"
          + " such files can run code when they are loaded: get the safetensors variant";
    }
    if (text.length() > 1 && text.charAt(0) == 0x80 && text.charAt(1) >= 2 && text.charAt(1) <= 5) {
      return "this is a Python pickle, as old PyTorch checkpoints are, not a safetensors file;"
          + " such files can run code when they are loaded: get the safetensors variant";
    }
    if (text.startsWith("\u001f\u008b")) {
      return "this is gzip-compressed data, not a safetensors file; decompress it first";
    }
    if (text.startsWith("GGUF")) {
      return "this is a GGUF file, not a safetensors file";
    }
    String stripped = text.strip();
    if (stripped.startsWith("<")) {
      return "this is an HTML or XML page, not a safetensors file;"
          + " probably the answer of a server that refused the download";
    }
    if (stripped.startsWith("{") || stripped.startsWith("[")) {
      return "this is a JSON file, not a safetensors file";
    }
    return null;
  }

  /** Tells whether the file begins as a safetensors file does: a possible length, then JSON. */
  private static boolean isPlausible(byte[] start) {
    for (int i = 4; i < Math.min(start.length, SafetensorsHeader.PREFIX); i++) {
      if (start[i] != 0) {
        return false;
      }
    }
    return start.length > 4
        && (start.length <= SafetensorsHeader.PREFIX
            || "{ \t\r\n".indexOf(start[SafetensorsHeader.PREFIX]) >= 0);
  }
}
