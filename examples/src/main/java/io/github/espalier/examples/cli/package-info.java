/** The {@code espalier} command line, one class a command. */
@NullMarked
package io.github.espalier.examples.cli;

import org.jspecify.annotations.NullMarked;
