/** Help for messages that people read. */
@NullMarked
package io.github.espalier.core.text;

import org.jspecify.annotations.NullMarked;
