package io.github.espalier.core.method;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Numbers that came up while a layer was pruned, for reports: how a matrix was damped, for
 * instance. Each has a name; those that a person should see are notable. Immutable.
 *
 * <pre>{@code
 * Diagnostics.none().with("iterations", 12).withNotable("deadColumns", 3)
 * }</pre>
 */
public final class Diagnostics {
  private static final Diagnostics NONE = new Diagnostics(ImmutableMap.of(), Set.of());
  private static final Predicate<String> NAME =
      Pattern.compile("[a-z][a-zA-Z0-9]*").asMatchPredicate();

  private final ImmutableMap<String, Double> values;
  private final Set<String> notable;

  private Diagnostics(ImmutableMap<String, Double> values, Set<String> notable) {
    this.values = values;
    this.notable = notable;
  }

  /**
   * Returns no numbers at all.
   *
   * @return the empty diagnostics
   */
  public static Diagnostics none() {
    return NONE;
  }

  /**
   * Adds a number for the JSON report.
   *
   * @param name what it is, as a field of JSON is named: letters and digits, the first a lower-case
   *     letter, such as {@code deadColumns}
   * @param value any number; the report has null for one that is infinite or NaN
   * @return a changed copy
   * @throws IllegalArgumentException if the name is malformed, or there is such a number already
   */
  public Diagnostics with(String name, double value) {
    if (!NAME.test(name)) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no name of a diagnostic; expected letters and digits, first a lower-case"
              + " letter");
    }
    if (values.containsKey(name)) {
      throw new IllegalArgumentException("diagnostic " + name + " is there already");
    }
    return new Diagnostics(
        ImmutableMap.<String, Double>builder().putAll(values).put(name, value).buildOrThrow(),
        notable);
  }

  /**
   * Adds a number that is out of the ordinary, and hence is in the text report too.
   *
   * @param name as for {@link #with}
   * @param value as for {@link #with}
   * @return a changed copy
   * @throws IllegalArgumentException as for {@link #with}
   */
  public Diagnostics withNotable(String name, double value) {
    Diagnostics added = with(name, value);
    Set<String> names = new TreeSet<>(notable);
    names.add(name);
    return new Diagnostics(added.values, Set.copyOf(names));
  }

  /**
   * Returns all numbers.
   *
   * @return unmodifiable, by name in the order in which they were added
   */
  public Map<String, Double> values() {
    return values;
  }

  /**
   * Returns the numbers that are out of the ordinary.
   *
   * @return unmodifiable, by name in the order in which they were added
   */
  public Map<String, Double> notable() {
    ImmutableMap.Builder<String, Double> found = ImmutableMap.builder();
    values.forEach(
        (name, value) -> {
          if (notable.contains(name)) {
            found.put(name, value);
          }
        });
    return found.buildOrThrow();
  }

  /**
   * Returns one number.
   *
   * @param name its name
   * @return the number; empty if there is none of that name
   */
  public OptionalDouble get(String name) {
    Double value = values.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Diagnostics that
        && values.equals(that.values)
        && notable.equals(that.notable);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
