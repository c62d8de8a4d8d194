package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.util.List;

/** Lays the tokens of a text out, for people and for programs. */
final class Tokenization {
  private Tokenization() {}

  static String text(ClipTokenizer tokenizer, Tokens tokens, List<String> notes) {
    StringBuilder text = new StringBuilder();
    notes.forEach(note -> text.append("Note: ").append(note).append("\n\n"));
    Table table = new Table(1, "token", "id");
    for (int id : tokens.ids().subList(0, tokens.length())) {
      table.add(tokenizer.token(id), Integer.toString(id));
    }
    text.append(table);
    int padding = tokens.ids().size() - tokens.length();
    text.append("\n\n").append(tokens.length()).append(" tokens");
    if (padding > 0) {
      text.append(", then ").append(padding).append(" times the pad token ");
      text.append(tokenizer.token(tokenizer.padId())).append(" (").append(tokenizer.padId());
      text.append(')');
    }
    return text.toString();
  }

  static String json(ClipTokenizer tokenizer, Tokens tokens, List<String> notes) {
    ObjectNode root = Json.object();
    root.set("notes", Json.of(notes));
    root.put("cleaning", Spelling.of(tokenizer.cleaning()));
    root.put("bang", Spelling.of(tokenizer.bang()));
    root.put("length", tokens.length());
    root.set("ids", Json.of(tokens.ids()));
    ArrayNode names = root.putArray("tokens");
    tokens.ids().forEach(id -> names.add(tokenizer.token(id)));
    root.put("truncated", tokens.truncated());
    root.set("removed", Json.of(tokens.removed()));
    root.put("removed_text", tokens.removedText());
    return Json.text(root);
  }
}
