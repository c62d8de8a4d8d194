package io.github.espalier.examples.cli;

import io.github.espalier.core.prune.Cancellation;

/**
 * What the commands of one run of the program share.
 *
 * @param cancellation how the user stops a command
 * @param terminal where progress is shown
 */
record Session(Cancellation cancellation, Terminal terminal) {}
