package io.github.espalier.examples.cli;

import io.github.espalier.sd2.architecture.FolderFiles;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import io.github.espalier.sd2.tokenizer.BangPolicy;
import io.github.espalier.sd2.tokenizer.ClipTokenizer;
import io.github.espalier.sd2.tokenizer.TextCleaning;
import io.github.espalier.sd2.tokenizer.Tokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code espalier tokenize}. */
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the tokens that a checkpoint's text encoder reads for a prompt.",
      "",
      "By default as diffusers does today. A single file has no tokenizer: for it, this is CLIP's"
          + " own vocabulary.",
      "",
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {ExitStatus.OK_TEXT, ExitStatus.FAILED_TEXT, ExitStatus.USAGE_TEXT},
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier tokenize sd2 \"a photo of a cat\"",
      "  espalier tokenize sd2 \"hello world!\" --cleaning openai --bang as-text",
    })
@SuppressWarnings("NullAway.Init")
final class TokenizeCommand implements Callable<Integer> {
  private static final String CLIPS_OWN =
      "a single file has no tokenizer: these are tokens of CLIP's own vocabulary";

  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "CHECKPOINT",
      description = "A diffusers folder, or an original single file (.safetensors).")
  Path checkpoint;

  @Parameters(index = "1", paramLabel = "TEXT", description = "The prompt.")
  String text;

  @Option(
      names = "--cleaning",
      paramLabel = "NAME",
      defaultValue = "diffusers-fast",
      description = {
        "How the text is cleaned (default: ${DEFAULT-VALUE}):",
        "diffusers-fast: as diffusers does today;",
        "diffusers-slow: as transformers 4 with ftfy;",
        "openai: as OpenAI's and OpenCLIP's tokenizers.",
      })
  TextCleaning cleaning;

  @Option(
      names = "--bang",
      paramLabel = "NAME",
      defaultValue = "as-pad-token",
      description = {
        "What ! in the text is where it is the pad token, as in Stable Diffusion 2 (default:"
            + " ${DEFAULT-VALUE}):",
        "as-pad-token: padding, as in diffusers;",
        "as-text: text, as in Stability AI's code.",
      })
  BangPolicy bang;

  @Mixin JsonOption json;

  @Override
  public Integer call() throws IOException {
    List<String> notes = new ArrayList<>();
    ClipTokenizer tokenizer = tokenizer(notes).withCleaning(cleaning).withBang(bang);
    Tokens tokens = tokenizer.encode(text);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        json.wanted
            ? Tokenization.json(tokenizer, tokens, notes)
            : Tokenization.text(tokenizer, tokens, notes));
    if (tokens.truncated()) {
      spec.commandLine().getErr().println("espalier: warning: " + cutOff(tokens));
    }
    return ExitStatus.OK;
  }

  private static String cutOff(Tokens tokens) {
    return "the text has "
        + Figures.count(tokens.length() - 2 + tokens.removed().size())
        + " tokens, and the text encoder reads "
        + (tokens.length() - 2)
        + "; cut off: "
        + tokens.removedText();
  }

  private ClipTokenizer tokenizer(List<String> notes) throws IOException {
    if (Files.isDirectory(checkpoint)) {
      Path folder = checkpoint.resolve(FolderFiles.TOKENIZER_FOLDER);
      return ClipTokenizer.read(Files.isDirectory(folder) ? folder : checkpoint);
    }
    notes.add(CLIPS_OWN);
    try (Sd2Checkpoint opened = Sd2Checkpoint.open(checkpoint)) {
      return opened.tokenizer();
    }
  }
}
