/** RIA: weights are ranked by what they are relative to their row and column. */
@NullMarked
package io.github.espalier.methods.ria;

import org.jspecify.annotations.NullMarked;
