/** Folders of images, listed in an order that does not depend on the system. */
@NullMarked
package io.github.espalier.metrics.folder;

import org.jspecify.annotations.NullMarked;
