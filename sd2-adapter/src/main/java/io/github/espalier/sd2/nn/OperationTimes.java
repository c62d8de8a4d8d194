package io.github.espalier.sd2.nn;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.EnumMap;
import java.util.Map;

/** Adds up the time spent in each kind of operation. Not safe for use by several threads. */
public final class OperationTimes {
  private final EnumMap<Operation, Long> nanoseconds = new EnumMap<>(Operation.class);

  /** Starts with no time at all. */
  public OperationTimes() {}

  void add(Operation operation, long time) {
    nanoseconds.merge(operation, time, Long::sum);
  }

  /**
   * Returns the times so far.
   *
   * @return wall-clock seconds of each operation that there was, in the order of their declaration
   */
  public Map<Operation, Double> seconds() {
    return ImmutableMap.copyOf(Maps.transformValues(nanoseconds, time -> time / 1e9));
  }
}
