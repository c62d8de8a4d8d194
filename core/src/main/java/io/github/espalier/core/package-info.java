/** The version of Espalier. */
@NullMarked
package io.github.espalier.core;

import org.jspecify.annotations.NullMarked;
