package io.github.espalier.sd2.torch;

import java.nio.charset.StandardCharsets;

/** Recognises files that are mistaken for those of PyTorch, from their first bytes. */
final class Diagnosis {
  /** Number of first bytes that are enough to tell. */
  static final int ENOUGH = 512;

  private static final int TAR = 257;

  private Diagnosis() {}

  static boolean isZip(byte[] start) {
    return new String(start, StandardCharsets.ISO_8859_1).startsWith("PK\u0003\u0004");
  }

  static boolean isPickle(byte[] start) {
    return start.length > 1 && (start[0] & 0xff) == 0x80 && start[1] >= 2 && start[1] <= 5;
  }

  /** Says in one line what a file is that is neither. */
  static String of(byte[] start) {
    if (start.length == 0) {
      return "the file is empty";
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs")) {
      return "this is a git-LFS pointer, not the file that it points to;"
          + " fetch that with `git lfs pull`, or download it from the model's page";
    }
    if (text.startsWith("{\"", 8) || text.startsWith("{}", 8)) {
      return "this seems to be a safetensors file already";
    }
    if (text.startsWith("ustar", TAR)) {
      return "this is a tar archive; those of PyTorch before 0.1.12 are not supported";
    }
    if (text.startsWith("\u001f\u008b")) {
      return "this is gzip-compressed data; decompress it first";
    }
    if (text.strip().startsWith("<")) {
      return "this is an HTML or XML page, probably the answer of a server that refused the"
          + " download";
    }
    return "this is no file of torch.save: it begins neither as a zip archive nor as a pickle";
  }
}
