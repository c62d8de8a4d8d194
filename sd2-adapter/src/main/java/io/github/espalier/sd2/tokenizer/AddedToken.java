package io.github.espalier.sd2.tokenizer;

/**
 * A token that is found in a text as a whole, rather than made of bytes.
 *
 * @param content how it is written
 * @param id its token id
 * @param normalized whether it is looked for after cleaning, so that capitals match too
 */
record AddedToken(String content, int id, boolean normalized) {}
