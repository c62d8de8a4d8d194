package io.github.espalier.examples.generate;

import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.checkpoint.CheckpointLayout;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.stream.Stream;

/** SHA-256 of what images depend on. Stateless. */
public final class Hashes {
  private static final int PIECE = 1 << 20;

  private Hashes() {}

  /**
   * Identifies a checkpoint by content: its weights and, of a folder, configurations and tokenizer.
   * Reads all of it, at about the speed of the disk.
   *
   * @param checkpoint an open checkpoint
   * @param cancellation stops the reading
   * @return 64 hexadecimal digits; the same wherever the checkpoint is and whatever it is called
   * @throws IOException if a file cannot be read
   */
  public static String of(Sd2Checkpoint checkpoint, Cancellation cancellation) throws IOException {
    TreeMap<String, Path> files = new TreeMap<>();
    Path root = checkpoint.source();
    if (checkpoint.layout() == CheckpointLayout.SINGLE_FILE) {
      files.put("", root);
    } else {
      try (Stream<Path> walk = Files.walk(root, 2)) {
        walk.filter(file -> matters(root, file)).forEach(file -> files.put(name(root, file), file));
      }
      checkpoint.weightFiles().forEach(file -> files.put(name(root, file), file));
    }
    MessageDigest digest = sha256();
    byte[] piece = new byte[PIECE];
    for (var each : files.entrySet()) {
      byte[] name = each.getKey().getBytes(StandardCharsets.UTF_8);
      digest.update(
          ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
              .putInt(name.length)
              .putLong(Files.size(each.getValue()))
              .flip());
      digest.update(name);
      try (InputStream in = Files.newInputStream(each.getValue())) {
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
          cancellation.check();
          digest.update(piece, 0, read);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Small files that say how the weights are used. */
  private static boolean matters(Path root, Path file) {
    Path parent = file.getParent();
    if (parent == null || parent.equals(root) || !Files.isRegularFile(file)) {
      return false;
    }
    return switch (parent.getFileName().toString()) {
      case FolderFiles.TOKENIZER_FOLDER -> true;
      case "text_encoder", "unet", "vae" -> file.endsWith("config.json");
      case FolderFiles.SCHEDULER_FOLDER -> file.endsWith(FolderFiles.SCHEDULER);
      default -> false;
    };
  }

  private static String name(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
