package io.github.espalier.examples.cli;

import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.method.PruningMethods;
import java.io.PrintWriter;
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
      "Lists the pruning methods on the class path and their options.",
      "",
      "A method of your own is one of them once its jar is: ESPALIER_CLASSPATH=my.jar espalier"
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
      out.println(name + " (" + method.getClass().getName() + ")");
      new TreeMap<>(method.options())
          .forEach(
              (option, meaning) -> out.println("  " + option + ": " + Spelling.ofRules(meaning)));
      if (!method.settings().isEmpty()) {
        out.println("  default: " + Spelling.ofRules(method.settings()));
      }
    }
    return ExitStatus.OK;
  }
}
