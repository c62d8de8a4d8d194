package io.github.espalier.examples.study.plan;

import com.google.common.collect.ImmutableSortedMap;
import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocations;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.sd2.checkpoint.Sd2Selections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a part of a model is pruned, whatever the sparsity. Immutable.
 *
 * @param methodName how weights are chosen, a name of {@link PruningMethods}
 * @param options settings of the method
 * @param patternLabel where zeros may fall; the method's own pattern if empty
 * @param allocationName how sparsity is shared out, a name of {@link SparsityAllocations}
 * @param allocationOptions settings of the allocation
 * @param selectionText which layers are pruned, as {@link Sd2Selections#parse} reads it
 * @param sequential whether the text encoder is calibrated block by block, each while those before
 *     it are pruned, as the paper does; otherwise on the dense model
 * @param packages in how many packages of layers the U-Net is calibrated, each while those before
 *     it are pruned, as OBS-Diff does and as large layers need for memory; on the dense model if
 *     empty
 */
public record Recipe(
    String methodName,
    Map<String, String> options,
    Optional<String> patternLabel,
    String allocationName,
    Map<String, String> allocationOptions,
    String selectionText,
    boolean sequential,
    OptionalInt packages) {
  private static final String UNIFORM = "uniform";
  private static final String PAPER = "paper";

  /**
   * Copies the settings and checks that all names are known.
   *
   * @param methodName how weights are chosen
   * @param options settings of the method
   * @param patternLabel where zeros may fall
   * @param allocationName how sparsity is shared out
   * @param allocationOptions settings of the allocation
   * @param selectionText which layers are pruned
   * @param sequential whether the text encoder is calibrated block by block
   * @param packages in how many packages the U-Net is calibrated
   * @throws IllegalArgumentException if a name or a setting is unknown, the method does not support
   *     the pattern, there is nothing to calibrate in this way, or there are less than 1 packages
   */
  public Recipe {
    options = ImmutableSortedMap.copyOf(options);
    allocationOptions = ImmutableSortedMap.copyOf(allocationOptions);
    PruningMethod method = method(methodName, options);
    method.requireSupport(pattern(method, patternLabel));
    SparsityAllocation allocation = allocation(allocationName, allocationOptions);
    Sd2Selections.parse(selectionText);
    if (packages.isPresent() && packages.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "packages is " + packages.getAsInt() + ", but must be at least 1");
    }
    if ((sequential || packages.isPresent()) && need(method, allocation) == StatisticsNeed.NONE) {
      throw new IllegalArgumentException(
          "method "
              + methodName
              + " needs no statistics, so there is nothing to calibrate "
              + (sequential ? "sequentially" : "in packages"));
    }
  }

  /**
   * Makes the recipe that prunes the paper's layers with a method's default settings.
   *
   * @param methodName how weights are chosen
   * @return the recipe, with uniform sparsity
   * @throws IllegalArgumentException if there is no such method
   */
  public static Recipe of(String methodName) {
    return new Recipe(
        methodName,
        Map.of(),
        Optional.empty(),
        UNIFORM,
        Map.of(),
        PAPER,
        false,
        OptionalInt.empty());
  }

  /**
   * Sets how sparsity is shared out.
   *
   * @param name a name of {@link SparsityAllocations}
   * @param settings its settings
   * @return a changed copy
   * @throws IllegalArgumentException if name or settings are unknown
   */
  public Recipe withAllocation(String name, Map<String, String> settings) {
    return new Recipe(
        methodName, options, patternLabel, name, settings, selectionText, sequential, packages);
  }

  /**
   * Sets which layers are pruned.
   *
   * @param selection as {@link Sd2Selections#parse} reads it
   * @return a changed copy
   * @throws IllegalArgumentException if it is no selection
   */
  public Recipe withSelection(String selection) {
    return new Recipe(
        methodName,
        options,
        patternLabel,
        allocationName,
        allocationOptions,
        selection,
        sequential,
        packages);
  }

  /**
   * Returns the method with its settings.
   *
   * @return the method
   */
  public PruningMethod method() {
    return method(methodName, options);
  }

  /**
   * Returns where zeros may fall.
   *
   * @return the pattern
   */
  public SparsityPattern pattern() {
    return pattern(method(), patternLabel);
  }

  /**
   * Returns the allocation with its settings.
   *
   * @return the allocation, without statistics
   */
  public SparsityAllocation allocation() {
    return allocation(allocationName, allocationOptions);
  }

  /**
   * Returns which layers are pruned.
   *
   * @return the selection
   */
  public LayerSelection selection() {
    return Sd2Selections.parse(selectionText);
  }

  /**
   * Returns what must be known about the layers' inputs.
   *
   * @return the larger need of method and allocation
   */
  public StatisticsNeed need() {
    return need(method(), allocation());
  }

  /**
   * Tells whether each model that is pruned like this needs a calibration of its own.
   *
   * @return true if layers are pruned while it is made
   */
  public boolean calibratesOnItsOwn() {
    return sequential || packages.isPresent();
  }

  /**
   * Describes the recipe for people.
   *
   * @return such as {@code owl + magnitude}, without what is usual
   */
  public String label() {
    return (allocationName.equals(UNIFORM) ? "" : allocationName + " + ")
        + methodName
        + (options.isEmpty() ? "" : " " + options)
        + (allocationOptions.isEmpty() ? "" : " " + allocationOptions)
        + patternLabel.map(pattern -> ", pattern " + pattern).orElse("")
        + (selectionText.equals(PAPER) ? "" : ", layers " + selectionText)
        + (sequential ? ", sequential" : "")
        + (packages.isPresent() ? ", in " + packages.getAsInt() + " packages" : "");
  }

  private static StatisticsNeed need(PruningMethod method, SparsityAllocation allocation) {
    return method.needs().compareTo(allocation.needs()) >= 0 ? method.needs() : allocation.needs();
  }

  private static PruningMethod method(String name, Map<String, String> options) {
    PruningMethod method = PruningMethods.named(name);
    for (Map.Entry<String, String> option : options.entrySet()) {
      method = method.with(option.getKey(), option.getValue());
    }
    return method;
  }

  private static SparsityPattern pattern(PruningMethod method, Optional<String> label) {
    return label.map(SparsityPattern::parse).orElseGet(method::defaultPattern);
  }

  private static SparsityAllocation allocation(String name, Map<String, String> options) {
    SparsityAllocation allocation = SparsityAllocations.named(name);
    for (Map.Entry<String, String> option : options.entrySet()) {
      allocation = allocation.with(option.getKey(), option.getValue());
    }
    return allocation;
  }
}
