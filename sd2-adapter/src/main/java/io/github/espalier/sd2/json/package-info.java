/**
 * The JSON files of checkpoints: read strictly, with errors that name the file, the key, what was
 * found and what was expected. For this library's own use.
 */
@NullMarked
package io.github.espalier.sd2.json;

import org.jspecify.annotations.NullMarked;
