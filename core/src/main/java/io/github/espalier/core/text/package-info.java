/** Help for messages that people read, and for texts that they write. */
@NullMarked
package io.github.espalier.core.text;

import org.jspecify.annotations.NullMarked;
