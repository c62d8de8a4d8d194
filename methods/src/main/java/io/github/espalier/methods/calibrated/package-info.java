/** What methods that rank weights by the layer's calibration input have in common. */
@NullMarked
package io.github.espalier.methods.calibrated;

import org.jspecify.annotations.NullMarked;
