package io.github.espalier.sd2.architecture;

/**
 * A tensor of a single file that is known and has no place in the diffusers layout.
 *
 * @param name its name in the single file
 * @param reason what it is, in words for a report
 */
public record Extra(String name, String reason) {}
