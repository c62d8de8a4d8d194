package io.github.espalier.examples.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of clusters. Stateless. */
final class Master {
  /** All processors of this machine. */
  static final String DEFAULT = "local[*]";

  private static final Pattern WITHOUT_RETRIES = Pattern.compile("local(?:\\[(\\d+|\\*)])?");

  /** As often as Spark tries a task elsewhere. */
  private static final int TRIES = 4;

  private Master() {}

  /** On this machine Spark tries a task again only if the name says how often. */
  static String withRetries(String master) {
    Matcher local = WITHOUT_RETRIES.matcher(master);
    if (!local.matches()) {
      return master;
    }
    String threads = local.group(1) == null ? "1" : local.group(1);
    return "local[" + threads + "," + TRIES + "]";
  }

  static boolean isLocal(String master) {
    return master.startsWith("local[") || master.equals("local");
  }
}
