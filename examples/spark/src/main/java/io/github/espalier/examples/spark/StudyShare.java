package io.github.espalier.examples.spark;

import java.io.Serializable;

/**
 * What all tasks of a study have in common, as text, since it goes to other machines. Equal for
 * tasks that the same evaluator serves. Immutable.
 *
 * @param checkpoint path of the checkpoint
 * @param variant of its files
 * @param checkpointHash what identifies it
 * @param plan the plan as JSON, with absolute paths
 * @param folder path of the study
 * @param threads of each executor; 0 for all that it has
 * @param batch how many images are made at the same time
 * @param keepImages how many images of each configuration are sent to the driver
 */
record StudyShare(
    String checkpoint,
    String variant,
    String checkpointHash,
    String plan,
    String folder,
    int threads,
    int batch,
    int keepImages)
    implements Serializable {}
