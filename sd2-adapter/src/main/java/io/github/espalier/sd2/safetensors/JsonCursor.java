package io.github.espalier.sd2.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.google.common.base.Utf8;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Steps through JSON text with the verdicts of serde_json, the parser of the reference
 * implementation: UTF-8 only, no byte order mark, no lone surrogates, a limit of depth, a range of
 * numbers, and no other limits.
 *
 * <p>Nothing recurses, and memory is bounded by a small multiple of the text.
 */
final class JsonCursor {
  /** Depth at which the reference implementation's parser gives up; the outermost object is 1. */
  private static final int TOO_DEEP = 128;

  /**
   * Limits of Jackson's own would be verdicts of its own; the length of the text, which the callers
   * limit, bounds all of these. Its table of names, which fails on many equal hashes, is off too.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxDocumentLength(-1)
                  .maxTokenCount(-1)
                  .build())
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .build();

  private final JsonParser parser;
  private final String document;
  private int depth;
  private @Nullable String subject;

  /**
   * Opens a text.
   *
   * @param utf8 the text
   * @param document what messages call it
   * @throws Rejection if it is not UTF-8
   */
  JsonCursor(byte[] utf8, String document) throws Rejection {
    this.document = document;
    // Jackson would guess UTF-16 and UTF-32 and skip a byte order mark if it were given the bytes.
    if (!Utf8.isWellFormed(utf8)) {
      throw reject(document + " is not UTF-8 text");
    }
    try {
      this.parser =
          FACTORY.createParser(
              new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  /** Sets the tensor that later rejections name; null for the file as a whole. */
  void setSubject(@Nullable String tensor) {
    subject = tensor;
  }

  Rejection reject(String reason) {
    return new Rejection(subject, reason);
  }

  Rejection wrongType(String what, String expected) {
    return reject(what + " is " + describe() + " where " + expected + " is expected");
  }

  /** Steps to the next token, of which there must be one. */
  JsonToken next() throws Rejection {
    JsonToken token = step();
    if (token == null) {
      throw reject(document + " is not valid JSON: it is empty or ends early");
    }
    return token;
  }

  /** Makes sure that nothing but white space follows. */
  void expectEnd() throws Rejection {
    if (step() != null) {
      throw reject(
          document + " is not valid JSON: text follows the end of the object" + position());
    }
  }

  private @Nullable JsonToken step() throws Rejection {
    JsonToken token;
    try {
      token = parser.nextToken();
    } catch (JsonProcessingException e) {
      throw invalid(e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
    if (token == null) {
      return null;
    }
    if (token.isStructStart() && ++depth >= TOO_DEEP) {
      throw reject(document + " nests objects and arrays more than " + (TOO_DEEP - 1) + " deep");
    } else if (token.isStructEnd()) {
      depth--;
    }
    return token;
  }

  private Rejection invalid(JsonProcessingException e) {
    return reject(
        document
            + " is not valid JSON"
            + position()
            + ": "
            + Printable.line(String.valueOf(e.getOriginalMessage())));
  }

  private String position() {
    return " at character " + parser.currentLocation().getCharOffset();
  }

  /** Returns the token stepped to last. */
  JsonToken current() {
    return Objects.requireNonNull(parser.currentToken(), "before the first token");
  }

  /** Returns the current token's text, a name, a string or a number. */
  String text() throws Rejection {
    String text;
    try {
      text = parser.getText();
    } catch (JsonProcessingException e) {
      throw invalid(e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
    // The bytes were valid, so a lone surrogate was written as an escape.
    if (!Names.isUnicode(text)) {
      throw reject(document + " is not valid JSON" + position() + ": lone surrogate in an escape");
    }
    return text;
  }

  /** Returns the current token's text if it is a string. */
  String string(String what) throws Rejection {
    if (current() != JsonToken.VALUE_STRING) {
      throw wrongType(what, "a string");
    }
    return text();
  }

  /**
   * Returns the current token's value if it is an integer from 0 to 2<sup>64</sup>-1.
   *
   * @return the value's bits
   */
  long unsigned(String what) throws Rejection {
    if (current() != JsonToken.VALUE_NUMBER_INT) {
      throw wrongType(what, "an integer");
    }
    String text = text();
    if (text.charAt(0) == '-') {
      throw reject(what + " is negative: " + Printable.name(text));
    }
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw reject(what + " exceeds 2^64-1: " + Printable.name(text));
    }
  }

  /**
   * Steps over the value that begins at the current token, and checks it all the same.
   *
   * @param uniqueKeys whether a key that occurs twice in an object is an error
   */
  void skipValue(boolean uniqueKeys) throws Rejection {
    int outside = current().isStructStart() ? depth - 1 : depth;
    Deque<Set<String>> keys = new ArrayDeque<>();
    while (true) {
      switch (current()) {
        case START_OBJECT -> keys.push(new HashSet<>());
        case END_OBJECT -> keys.pop();
        case FIELD_NAME -> {
          String key = text();
          if (uniqueKeys && !keys.element().add(key)) {
            throw reject("the key " + Printable.name(key) + " occurs twice in one object");
          }
        }
        case VALUE_STRING -> text();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          String number = text();
          if (!JsonNumbers.isInRange(number)) {
            throw reject("the number " + Printable.name(number) + " is out of range");
          }
        }
        default -> {}
      }
      if (depth == outside) {
        return;
      }
      next();
    }
  }

  private String describe() {
    return switch (current()) {
      case START_OBJECT, END_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "an array";
      case VALUE_STRING, FIELD_NAME -> "a string";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a fractional number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> "null";
    };
  }
}
