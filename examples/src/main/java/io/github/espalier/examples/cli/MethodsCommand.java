package io.github.espalier.examples.cli;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.allocation.SparsityAllocations;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier methods}. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the pruning methods and the allocations on the class path, and their options.",
      "",
      "A method or allocation of your own is one of them once its jar is: ESPALIER_CLASSPATH=my.jar espalier"
          + " methods.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class MethodsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (String name : PruningMethods.names()) {
      PruningMethod method = PruningMethods.named(name);
      print(out, name, method, method.options(), method.settings());
    }
    out.println();
    out.println("Allocations:");
    for (String name : SparsityAllocations.names()) {
      SparsityAllocation allocation = SparsityAllocations.named(name);
      print(out, name, allocation, allocation.options(), allocation.settings());
    }
    return ExitStatus.OK;
  }

  private static void print(
      PrintWriter out, String name, Object what, Map<String, String> options, String settings) {
    out.println(name + " (" + what.getClass().getName() + ")");
    new TreeMap<>(options)
        .forEach(
            (option, meaning) -> out.println("  " + option + ": " + Spelling.ofRules(meaning)));
    if (!settings.isEmpty()) {
      out.println("  default: " + Spelling.ofRules(settings));
    }
  }
}
