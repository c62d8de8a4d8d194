package io.github.espalier.sd2.pipeline;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a text encoder made of prompts, for pipelines that have the same text encoder and
 * different U-Nets. States are those of the prompt and the negative prompt encoded together, so
 * that images are the same bits with a cache or without. Safe for use by many threads.
 *
 * <p>It cannot tell text encoders apart: use another cache for another one, or for the same one
 * after it was pruned.
 */
public final class TextStateCache {
  private final long mostBytes;
  private final Map<List<IntBuffer>, float[]> states = new HashMap<>();
  private long bytes;

  /**
   * Makes an empty cache.
   *
   * @param mostBytes how much heap the states may take; what comes after that is not remembered
   * @throws IllegalArgumentException if the number is negative
   */
  public TextStateCache(long mostBytes) {
    if (mostBytes < 0) {
      throw new IllegalArgumentException("mostBytes is " + mostBytes + ", but must be at least 0");
    }
    this.mostBytes = mostBytes;
  }

  /**
   * Returns how many pairs of prompts it has the states of.
   *
   * @return 0 or more
   */
  public synchronized int size() {
    return states.size();
  }

  /** The states, row by row, not to be changed; null if they are not known. */
  synchronized float @Nullable [] find(List<int[]> ids) {
    return states.get(key(ids));
  }

  /** Remembers states, which are not copied, if there is room. */
  synchronized void put(List<int[]> ids, float[] values) {
    long more = (long) values.length * Float.BYTES;
    if (bytes + more <= mostBytes && states.putIfAbsent(key(ids), values) == null) {
      bytes += more;
    }
  }

  private static List<IntBuffer> key(List<int[]> ids) {
    List<IntBuffer> key = new ArrayList<>();
    ids.forEach(each -> key.add(IntBuffer.wrap(each.clone())));
    return key;
  }
}
