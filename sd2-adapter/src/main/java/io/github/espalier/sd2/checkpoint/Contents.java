package io.github.espalier.sd2.checkpoint;

import io.github.espalier.sd2.architecture.ModelConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * What opening a checkpoint found.
 *
 * @param layout how it is laid out
 * @param config the model's sizes
 * @param files all files of weights that are in use
 * @param indexes files that say which of several files holds a tensor
 * @param sources every layer and where it lies, in file order
 * @param notes what was assumed or ignored, in words
 */
record Contents(
    CheckpointLayout layout,
    ModelConfig config,
    List<WeightFile> files,
    List<Path> indexes,
    List<LayerSource> sources,
    List<String> notes) {}
