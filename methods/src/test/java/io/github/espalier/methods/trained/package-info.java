/**
 * Methods on trained weights: all-MiniLM-L6-v2, a BERT of six blocks that embeds sentences, with a
 * tokenizer and a forward pass of its own. The weights are a download, so that these tests run in
 * the profile {@code trained} alone.
 */
@NullMarked
package io.github.espalier.methods.trained;

import org.jspecify.annotations.NullMarked;
