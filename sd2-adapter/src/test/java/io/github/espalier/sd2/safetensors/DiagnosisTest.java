package io.github.espalier.sd2.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          version https://git-lfs.github.com/spec/v1\\noid sha256:4d7a\\nsize 3463726498\\n | git-LFS pointer
          <!DOCTYPE html>\\n<html><body>Access denied</body></html>                         | HTML
          \\n  <html lang="en">                                                             | HTML
          PK\\x03\\x04\\x00\\x00\\x08\\x08\\x00\\x00archive/data.pkl                         | torch.save
          \\x80\\x02}q\\x00(X\\x0e\\x00\\x00\\x00state_dict                                   | pickle
          \\x80\\x04\\x95\\x1f\\x00\\x00\\x00\\x00\\x00\\x00\\x00                              | pickle
          \\x1f\\x8b\\x08\\x00\\x00\\x00\\x00\\x00\\x00\\x03abc                               | gzip
          GGUF\\x03\\x00\\x00\\x00\\x23\\x01                                                 | GGUF
          {"weight_map": {}}                                                               | JSON file
          []                                                                               | JSON file
          """)
  void namesWhatItIs(String start, String expected) {
    assertThat(TestFiles.rejected(unescape(start), VerdictMode.STRICT)).contains(expected);
    assertThat(TestFiles.rejected(unescape(start), VerdictMode.REFERENCE)).contains(expected);
  }

  private static byte[] unescape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\n", i)) {
        out.append('\n');
        i++;
      } else if (text.startsWith("\\x", i)) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        out.append(text.charAt(i));
      }
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void anEmptyFileIsCalledEmpty() {
    assertThat(TestFiles.rejected(new byte[0], VerdictMode.STRICT)).isEqualTo("the file is empty");
  }

  @ParameterizedTest
  @CsvSource({"60,<", "123,{", "640,pickle"})
  void aBrokenFileWhoseLengthLooksLikeAnotherFormatIsNotMistaken(int length, String like) {
    // The lowest byte of the length is that format's first; the data is cut off.
    String header =
        ("{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}" + " ".repeat(length))
            .substring(0, length);
    assertThat(TestFiles.rejected(TestFiles.file(header, 1), VerdictMode.STRICT))
        .as(like)
        .contains("cut off");
  }

  @Test
  void openingSaysSoToo(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("model.safetensors"), "<html></html>");
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith(file + ": this is an HTML or XML page");
  }
}
