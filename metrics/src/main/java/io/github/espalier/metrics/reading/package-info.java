/**
 * Reading of images ahead of whoever needs them, on threads of their own and in the memory that
 * there is: {@link io.github.espalier.metrics.reading.ReadAhead}.
 */
@NullMarked
package io.github.espalier.metrics.reading;

import org.jspecify.annotations.NullMarked;
