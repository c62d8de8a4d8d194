package io.github.espalier.examples.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options of commands that take a while. */
@SuppressWarnings("NullAway.Init")
final class ProgressOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--progress",
      negatable = true,
      description = "Show a progress bar; the default is to do so on a terminal.")
  @org.jspecify.annotations.Nullable Boolean progress;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print nothing but errors, and JSON where that is asked for.")
  boolean quiet;

  /** Whether to print the result: JSON that was asked for always, text unless it is to be quiet. */
  boolean tells(JsonOption json) {
    return json.wanted || !quiet;
  }

  ProgressDisplay start(Session session, String task) {
    return new ProgressDisplay(session, task, spec.commandLine().getErr(), shown(session));
  }

  /** Progress of work that is counted in steps; lines where there is no terminal. */
  StepDisplay startSteps(Session session, String task, String unit) {
    StepDisplay.Form form =
        shown(session)
            ? StepDisplay.Form.BAR
            : quiet || progress != null ? StepDisplay.Form.NONE : StepDisplay.Form.LINES;
    return StepDisplay.start(form, session, task, unit, spec.commandLine().getErr());
  }

  private boolean shown(Session session) {
    return !quiet && (progress == null ? session.terminal().present() : progress);
  }
}
