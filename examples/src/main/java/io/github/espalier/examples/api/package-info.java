/** Small programs that call Espalier as a library user would. */
@NullMarked
package io.github.espalier.examples.api;

import org.jspecify.annotations.NullMarked;
