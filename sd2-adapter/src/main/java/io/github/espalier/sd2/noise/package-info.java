/**
 * Random noise equal to PyTorch's, so that a seed gives the same image here and there: the CPU
 * generator with its normal distribution. The bits under it are those of NumPy too.
 */
@NullMarked
package io.github.espalier.sd2.noise;

import org.jspecify.annotations.NullMarked;
