package io.github.espalier.sd2.torch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds, before its tensors have names.
 *
 * @param format the form of the file
 * @param root the object that was saved
 * @param positions where the storages begin in the file, by their keys; each lies in it whole
 */
record Contents(TorchFormat format, @Nullable Object root, Map<String, Long> positions) {}
