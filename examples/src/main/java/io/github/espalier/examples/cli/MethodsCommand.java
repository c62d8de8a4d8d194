package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.core.allocation.SparsityAllocations;
import io.github.espalier.core.method.PruningMethods;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code espalier methods}. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the pruning methods and the allocations on the class path: what they need to know of"
          + " the layers' inputs, their options, and where they come from.",
      "",
      "A method or allocation of your own is one of them once its jar is: ESPALIER_CLASSPATH=my.jar espalier"
          + " methods.",
      "",
    })
@SuppressWarnings("NullAway.Init")
final class MethodsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin JsonOption json;

  @Override
  public Integer call() {
    List<ListedMethod> methods =
        PruningMethods.names().stream()
            .map(name -> ListedMethod.of(PruningMethods.named(name)))
            .toList();
    List<ListedMethod> allocations =
        SparsityAllocations.names().stream()
            .map(name -> ListedMethod.of(SparsityAllocations.named(name)))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json.wanted) {
      ObjectNode root = Json.object();
      root.set("methods", Json.of(methods));
      root.set("allocations", Json.of(allocations));
      out.println(Json.text(root));
      return ExitStatus.OK;
    }
    methods.forEach(each -> out.println(each.text()));
    out.println();
    out.println("Allocations:");
    allocations.forEach(each -> out.println(each.text()));
    return ExitStatus.OK;
  }
}
