package io.github.espalier.sd2.image;

import io.github.espalier.core.text.LoneSurrogates;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.IIOException;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The texts in a PNG file's metadata, as the JDK's plug-in names them. */
final class PngTexts {
  private static final String FORMAT = "javax_imageio_png_1.0";
  private static final String KEYWORD = "keyword";
  private static final Pattern KEYWORDS = Pattern.compile("[!-~¡-ÿ]+( [!-~¡-ÿ]+)*");
  private static final int LONGEST_KEYWORD = 79;
  private static final Pattern LATIN = Pattern.compile("[\\n -~\\u00A0-ÿ]*");

  private PngTexts() {}

  static void add(IIOMetadata metadata, Map<String, String> texts) throws IIOException {
    IIOMetadataNode latin = new IIOMetadataNode("tEXt");
    IIOMetadataNode international = new IIOMetadataNode("iTXt");
    texts.forEach(
        (keyword, text) -> {
          requireKeyword(keyword);
          String sound = LoneSurrogates.replace(text).replace('\0', '\uFFFD');
          if (LATIN.matcher(sound).matches()) {
            latin.appendChild(latinEntry(keyword, sound));
          } else {
            international.appendChild(internationalEntry(keyword, sound));
          }
        });
    IIOMetadataNode root = new IIOMetadataNode(FORMAT);
    for (IIOMetadataNode each : new IIOMetadataNode[] {latin, international}) {
      if (each.hasChildNodes()) {
        root.appendChild(each);
      }
    }
    try {
      metadata.mergeTree(FORMAT, root);
    } catch (IIOInvalidTreeException e) {
      throw new IllegalStateException("the JDK refuses the texts of a PNG file", e);
    }
  }

  private static void requireKeyword(String keyword) {
    if (keyword.length() > LONGEST_KEYWORD || !KEYWORDS.matcher(keyword).matches()) {
      throw new IllegalArgumentException(
          "keyword \""
              + keyword
              + "\" is not of 1 to 79 printable Latin-1 characters with single blanks between words");
    }
  }

  private static IIOMetadataNode latinEntry(String keyword, String text) {
    IIOMetadataNode entry = new IIOMetadataNode("tEXtEntry");
    entry.setAttribute(KEYWORD, keyword);
    entry.setAttribute("value", text);
    return entry;
  }

  private static IIOMetadataNode internationalEntry(String keyword, String text) {
    IIOMetadataNode entry = new IIOMetadataNode("iTXtEntry");
    entry.setAttribute(KEYWORD, keyword);
    entry.setAttribute("compressionFlag", "FALSE");
    entry.setAttribute("compressionMethod", "0");
    entry.setAttribute("languageTag", "");
    entry.setAttribute("translatedKeyword", "");
    entry.setAttribute("text", text);
    return entry;
  }

  static Map<String, String> of(IIOMetadata metadata) {
    Element root = (Element) metadata.getAsTree(FORMAT);
    Map<String, String> texts = new LinkedHashMap<>();
    collect(root, "tEXtEntry", "value", texts);
    collect(root, "zTXtEntry", "text", texts);
    collect(root, "iTXtEntry", "text", texts);
    return texts;
  }

  private static void collect(
      Element root, String tag, String attribute, Map<String, String> texts) {
    NodeList entries = root.getElementsByTagName(tag);
    for (int i = 0; i < entries.getLength(); i++) {
      Element entry = (Element) entries.item(i);
      texts.put(entry.getAttribute(KEYWORD), entry.getAttribute(attribute));
    }
  }
}
