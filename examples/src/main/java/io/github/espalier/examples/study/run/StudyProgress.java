package io.github.espalier.examples.study.run;

import java.util.OptionalDouble;

/**
 * How far a study is.
 *
 * @param configurations that are finished
 * @param allConfigurations how many there are
 * @param images that are finished
 * @param allImages of all configurations
 * @param calls of the U-Net that are done, those for images only
 * @param allCalls how many there are
 * @param secondsLeft how long the rest takes if it goes on as since the beginning of this run;
 *     empty until an image was made
 */
public record StudyProgress(
    int configurations,
    int allConfigurations,
    long images,
    long allImages,
    long calls,
    long allCalls,
    OptionalDouble secondsLeft) {}
