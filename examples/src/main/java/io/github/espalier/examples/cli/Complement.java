package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A number beside the Fréchet distance.
 *
 * @param key its key in JSON, which names a measure only where the number is that
 * @param json the number, what it may be called, and the settings that it depends on
 * @param text the same for people, in one line
 */
record Complement(String key, JsonNode json, String text) {}
