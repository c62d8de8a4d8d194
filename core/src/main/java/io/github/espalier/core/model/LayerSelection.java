package io.github.espalier.core.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.github.espalier.core.text.NearestNames;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says which layers are pruned, and can say it in words. Immutable.
 *
 * <p>Selections combine with {@link #and}, {@link #or} and {@link #not}. Only layers of {@linkplain
 * LayerKind#isWeight() weight kinds} are ever selected unless a selection asks for others by
 * {@linkplain #named name}, {@linkplain #ofKind kind} or {@linkplain #where condition}.
 */
public final class LayerSelection {
  /** Every Linear: what the paper prunes. */
  public static final LayerSelection LINEAR = ofKind(LayerKind.LINEAR);

  /** Every Linear and every Conv2d. */
  public static final LayerSelection LINEAR_AND_CONV2D = ofKind(LayerKind.LINEAR, LayerKind.CONV2D);

  private final String description;
  private final Predicate<Layer> predicate;

  /** What people wrote, for help when it selects nothing. */
  private final List<Text> texts;

  /** A name or an expression within a selection. */
  private record Text(String text, boolean isName, Predicate<Layer> predicate) {}

  private LayerSelection(String description, Predicate<Layer> predicate, List<Text> texts) {
    this.description = description;
    this.predicate = predicate;
    this.texts = texts;
  }

  private LayerSelection(String description, Predicate<Layer> predicate) {
    this(description, predicate, List.of());
  }

  private static LayerSelection both(
      String description, Predicate<Layer> predicate, LayerSelection one, LayerSelection other) {
    return new LayerSelection(
        description,
        predicate,
        Stream.concat(one.texts.stream(), other.texts.stream()).distinct().toList());
  }

  /**
   * Selects layers by what they do.
   *
   * @param kinds the kinds to select, at least one
   * @return the selection
   * @throws IllegalArgumentException if there is none
   */
  public static LayerSelection ofKind(LayerKind... kinds) {
    Set<LayerKind> set = EnumSet.noneOf(LayerKind.class);
    set.addAll(List.of(kinds));
    requireSome(set, "kind");
    return new LayerSelection(
        set.stream()
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining("+")),
        layer -> set.contains(layer.kind()));
  }

  /**
   * Selects all weights of one component.
   *
   * @param component the component
   * @return the selection
   */
  public static LayerSelection ofComponent(Component component) {
    return new LayerSelection(
        "component " + component,
        layer -> layer.component().equals(component) && layer.kind().isWeight());
  }

  /**
   * Selects layers one by one.
   *
   * <p>Each name must be that of a layer of the model that is pruned; see {@link #requireNamesIn}.
   *
   * @param names exact names, with or without the component in front ({@code unet/conv_in.weight});
   *     at least one
   * @return the selection
   * @throws IllegalArgumentException if there is none
   */
  public static LayerSelection named(String... names) {
    Set<String> set = ImmutableSet.copyOf(names);
    requireSome(set, "name");
    List<Text> texts = set.stream().map(name -> new Text(name, true, isNamed(name))).toList();
    return new LayerSelection(
        String.join(", ", set),
        layer -> set.contains(layer.name()) || set.contains(layer.qualifiedName()),
        texts);
  }

  private static Predicate<Layer> isNamed(String name) {
    return layer -> layer.name().equals(name) || layer.qualifiedName().equals(name);
  }

  private static void requireSome(Set<?> set, String what) {
    if (set.isEmpty()) {
      throw new IllegalArgumentException("a selection of layers needs at least one " + what);
    }
  }

  /**
   * Selects the weights whose name contains a match of a regular expression.
   *
   * @param regex a Java regular expression, tried on the name with and without its component
   * @return the selection
   * @throws IllegalArgumentException if the expression is malformed
   */
  public static LayerSelection matching(String regex) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "layer pattern '" + regex + "' is not a regular expression: " + e.getDescription(), e);
    }
    Predicate<Layer> predicate =
        layer ->
            layer.kind().isWeight()
                && (pattern.matcher(layer.name()).find()
                    || pattern.matcher(layer.qualifiedName()).find());
    return new LayerSelection(regex, predicate, List.of(new Text(regex, false, predicate)));
  }

  /**
   * Selects layers by a condition of one's own.
   *
   * @param description the condition in words, for reports
   * @param condition true for a layer to be pruned; must always give the same answer
   * @return the selection
   */
  public static LayerSelection where(String description, Predicate<Layer> condition) {
    return new LayerSelection(description, condition);
  }

  /**
   * Gives this selection a name for reports.
   *
   * @param name such as {@code paper}
   * @return the same selection, described by the name
   */
  public LayerSelection as(String name) {
    return new LayerSelection(name, predicate, texts);
  }

  /**
   * Selects what both selections select.
   *
   * @param other another selection
   * @return the intersection
   */
  public LayerSelection and(LayerSelection other) {
    return both(
        "(" + description + " and " + other.description + ")",
        predicate.and(other.predicate),
        this,
        other);
  }

  /**
   * Selects what at least one of the selections selects.
   *
   * @param other another selection
   * @return the union
   */
  public LayerSelection or(LayerSelection other) {
    return both(
        "(" + description + " or " + other.description + ")",
        predicate.or(other.predicate),
        this,
        other);
  }

  /**
   * Selects the weights that this selection does not select.
   *
   * @return the complement among layers of weight kinds
   */
  public LayerSelection not() {
    return new LayerSelection(
        "not " + description, layer -> layer.kind().isWeight() && !predicate.test(layer), texts);
  }

  /**
   * Tells whether a layer is selected.
   *
   * @param layer the layer
   * @return true if so
   */
  public boolean selects(Layer layer) {
    return predicate.test(layer);
  }

  /**
   * Selects from a list, and insists on finding something.
   *
   * @param layers candidates
   * @return the selected ones, in their order
   * @throws IllegalArgumentException if none is selected; the message names the layers nearest to
   *     each name and expression that fits none
   */
  public List<Layer> selectFrom(Collection<Layer> layers) {
    List<Layer> selected =
        layers.stream().filter(predicate).collect(ImmutableList.toImmutableList());
    if (selected.isEmpty()) {
      throw new IllegalArgumentException(
          "layer selection '"
              + description
              + "' selects none of "
              + layers.stream().filter(layer -> layer.kind().isWeight()).count()
              + " layers of weights"
              + nearest(layers));
    }
    return selected;
  }

  private String nearest(Collection<Layer> layers) {
    StringBuilder help = new StringBuilder();
    for (Text text : texts) {
      if (layers.stream().noneMatch(text.predicate)) {
        help.append("; nearest")
            .append(texts.size() == 1 ? "" : " to '" + text.text + "'")
            .append(": ")
            .append(nearest(text, layers));
      }
    }
    return help.toString();
  }

  private static String nearest(Text text, Collection<Layer> layers) {
    return NearestNames.list(
        text.text,
        layers.stream()
            .filter(layer -> text.isName || layer.kind().isWeight())
            .map(Layer::qualifiedName)
            .toList());
  }

  /**
   * Checks that every exact name within this selection is that of a layer, so that a misspelt one
   * is not passed over in silence.
   *
   * @param layers all layers of the model, of all its components
   * @throws IllegalArgumentException if a name is not; the message names the nearest layers
   */
  public void requireNamesIn(Collection<Layer> layers) {
    for (Text text : texts) {
      if (text.isName && layers.stream().noneMatch(text.predicate)) {
        throw new IllegalArgumentException(
            "layer selection '"
                + description
                + "': no layer is named '"
                + text.text
                + "'; nearest: "
                + nearest(text, layers));
      }
    }
  }

  /**
   * Returns what is selected, in words.
   *
   * @return a short phrase for reports
   */
  public String description() {
    return description;
  }

  @Override
  public String toString() {
    return description;
  }
}
