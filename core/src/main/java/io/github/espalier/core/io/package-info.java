/** Output that appears at its place whole or not at all. */
@NullMarked
package io.github.espalier.core.io;

import org.jspecify.annotations.NullMarked;
