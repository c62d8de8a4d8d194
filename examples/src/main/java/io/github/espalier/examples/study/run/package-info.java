/**
 * Carries out studies: prunes a checkpoint in memory as a plan says, makes images, scores them, and
 * remembers what is done, so that a stopped study goes on.
 */
@NullMarked
package io.github.espalier.examples.study.run;

import org.jspecify.annotations.NullMarked;
