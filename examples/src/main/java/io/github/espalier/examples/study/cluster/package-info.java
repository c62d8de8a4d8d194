/**
 * Studies on several machines: what a program asks for, and who does it, which is found by {@link
 * java.util.ServiceLoader} so that a program needs no cluster's libraries unless it uses them.
 */
@NullMarked
package io.github.espalier.examples.study.cluster;

import org.jspecify.annotations.NullMarked;
