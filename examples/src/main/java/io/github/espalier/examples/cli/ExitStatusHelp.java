package io.github.espalier.examples.cli;

import picocli.CommandLine.Command;

/** Adds the usual exit statuses to the help of a command that can be cancelled. */
@Command(
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      ExitStatus.OK_TEXT,
      ExitStatus.FAILED_TEXT,
      ExitStatus.USAGE_TEXT,
      ExitStatus.CANCELLED_TEXT,
      ExitStatus.TERMINATED_TEXT,
    })
final class ExitStatusHelp {}
