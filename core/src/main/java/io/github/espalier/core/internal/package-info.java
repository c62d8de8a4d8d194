/** Arithmetic that several packages of this module share; no part of the API. */
@NullMarked
package io.github.espalier.core.internal;

import org.jspecify.annotations.NullMarked;
