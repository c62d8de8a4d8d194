/**
 * Templates of HTML that come with the program. What they are given is escaped, unless it is the
 * markup of another template.
 */
@NullMarked
package io.github.espalier.examples.study.html;

import org.jspecify.annotations.NullMarked;
