package io.github.espalier.sd2.safetensors;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the JSON file that says which shard has which tensor. */
final class ShardIndex {
  /** Far more than any real index has: 300 bytes for each of 200,000 tensors. */
  private static final long MOST_BYTES = 64L << 20;

  private ShardIndex() {}

  /**
   * Reads an index.
   *
   * <p>The sum of sizes under {@code metadata} is not compared: writers disagree on whether shared
   * tensors count twice.
   *
   * @return file name by tensor name, in the index's order; every file name is a plain one
   * @throws Rejection if it is not an index
   */
  static Map<String, String> read(Path index) throws IOException, Rejection {
    long size = Files.size(index);
    if (size > MOST_BYTES) {
      throw new Rejection(
          null, "the index has " + size + " bytes, more than the " + MOST_BYTES + " allowed");
    }
    JsonCursor cursor = new JsonCursor(Files.readAllBytes(index), "the index");
    if (cursor.next() != JsonToken.START_OBJECT) {
      throw cursor.wrongType("the index", "an object");
    }
    Map<String, String> files = new LinkedHashMap<>();
    boolean found = false;
    while (cursor.next() != JsonToken.END_OBJECT) {
      String key = cursor.text();
      cursor.next();
      if (!key.equals("weight_map")) {
        cursor.skipValue(false);
      } else if (found) {
        throw cursor.reject("weight_map occurs twice");
      } else {
        found = true;
        readWeightMap(cursor, files);
      }
    }
    cursor.expectEnd();
    if (!found) {
      throw cursor.reject("weight_map is missing: this is not an index of safetensors shards");
    }
    return files;
  }

  private static void readWeightMap(JsonCursor cursor, Map<String, String> files) throws Rejection {
    if (cursor.current() != JsonToken.START_OBJECT) {
      throw cursor.wrongType("weight_map", "an object");
    }
    while (cursor.next() != JsonToken.END_OBJECT) {
      String name = cursor.text();
      cursor.setSubject(name);
      cursor.next();
      String file = cursor.string("the file in weight_map");
      if (!isPlainFileName(file)) {
        throw cursor.reject(
            "weight_map names the file \""
                + Printable.name(file)
                + "\" where a plain name that ends in .safetensors is expected");
      }
      if (files.put(name, file) != null) {
        throw cursor.reject("weight_map has two entries of this name");
      }
      cursor.setSubject(null);
    }
  }

  /** Tells whether a name stays in the index's directory on every system. */
  private static boolean isPlainFileName(String name) {
    return name.endsWith(".safetensors")
        && name.indexOf('/') < 0
        && name.indexOf('\\') < 0
        && name.indexOf(':') < 0
        && !Names.hasControl(name);
  }
}
