package io.github.espalier.examples.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.PruningMethod;
import java.util.Map;
import java.util.TreeMap;

/**
 * A method or an allocation, as {@code espalier methods} shows it.
 *
 * @param name the name by which options call it
 * @param type the class that does the work
 * @param needs what it must know about the layers' inputs: nothing, moments or gram
 * @param options what each of its settings may be
 * @param settings the settings that it has unless told otherwise
 * @param source where it comes from; empty if it does not say
 */
@JsonPropertyOrder({"name", "type", "needs", "options", "settings", "source"})
record ListedMethod(
    String name,
    String type,
    String needs,
    Map<String, String> options,
    String settings,
    String source) {
  static ListedMethod of(PruningMethod method) {
    return of(
        method.name(),
        method.getClass(),
        method.needs(),
        method.options(),
        method.settings(),
        method.source());
  }

  static ListedMethod of(SparsityAllocation allocation) {
    return of(
        allocation.name(),
        allocation.getClass(),
        allocation.needs(),
        allocation.options(),
        allocation.settings(),
        allocation.source());
  }

  private static ListedMethod of(
      String name,
      Class<?> type,
      StatisticsNeed need,
      Map<String, String> options,
      String settings,
      String source) {
    Map<String, String> respelled = new TreeMap<>(options);
    respelled.replaceAll((option, meaning) -> Spelling.ofRules(meaning));
    return new ListedMethod(
        name,
        type.getName(),
        need == StatisticsNeed.NONE ? "nothing" : Spelling.of(need),
        respelled,
        Spelling.ofRules(settings),
        source);
  }

  /** Several lines without a line break at the end. */
  String text() {
    StringBuilder text = new StringBuilder(name + " (" + type + ")");
    text.append("\n  needs: ")
        .append(
            switch (needs) {
              case "moments" -> "moments of the inputs ('espalier calibrate --gather moments')";
              case "gram" -> "Gram matrices of the inputs ('espalier calibrate')";
              default -> "nothing but the weights";
            });
    options.forEach(
        (option, meaning) ->
            text.append("\n  option ").append(option).append(": ").append(meaning));
    if (!settings.isEmpty()) {
      text.append("\n  default: ").append(settings);
    }
    if (!source.isEmpty()) {
      text.append("\n  source: ").append(source);
    }
    return text.toString();
  }
}
