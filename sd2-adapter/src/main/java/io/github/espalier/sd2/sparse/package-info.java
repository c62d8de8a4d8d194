/**
 * A compact file format for pruned weights: bit masks and packed kept values instead of zeros.
 *
 * <p>A sparse file is a safetensors file with the metadata {@code espalier.format = sparse-1},
 * {@code espalier.dense_header}, the exact header text of the dense file that it stands for, and
 * {@code espalier.dense_size}, the size of that file's data, so that the dense file can be restored
 * byte for byte. A tensor {@code T} of {@code n} elements, {@code k} of them other than +0, is
 * stored as
 *
 * <ul>
 *   <li>{@code T.bitmask}, U8 {@code [(n + 7) / 8]}: one bit for each element in C order, lowest
 *       bit first, set where the element is kept; unused bits are 0;
 *   <li>{@code T.values}, of the tensor's own type, {@code [k]}: the kept elements in C order, with
 *       their exact bits, so that -0 counts as kept;
 *   <li>{@code T.row_offsets}, I64 {@code [rows]}: how many kept elements come before each row, so
 *       that a row can be read without those before it.
 * </ul>
 *
 * <p>A tensor that this would not make smaller is stored under its own name, as it is. With a
 * sparsity of <i>s</i>, an F16 weight takes about 2(1 - <i>s</i>) + 1/8 bytes instead of 2.
 */
@NullMarked
package io.github.espalier.sd2.sparse;

import org.jspecify.annotations.NullMarked;
