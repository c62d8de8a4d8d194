/**
 * The interface that pruning methods implement, and the registry that finds them by name.
 *
 * <p>A method that ranks weights implements {@link io.github.espalier.core.method.SaliencyMethod};
 * one that also changes the weights it keeps implements {@link
 * io.github.espalier.core.method.PruningMethod} itself. Both are found through {@link
 * java.util.ServiceLoader}, so a method in any jar on the class path can be named on the command
 * line.
 */
@NullMarked
package io.github.espalier.core.method;

import org.jspecify.annotations.NullMarked;
