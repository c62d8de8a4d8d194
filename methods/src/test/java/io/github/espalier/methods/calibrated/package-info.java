/** Layers, calibration inputs and golden results that the tests of calibrated methods share. */
@NullMarked
package io.github.espalier.methods.calibrated;

import org.jspecify.annotations.NullMarked;
