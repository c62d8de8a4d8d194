package io.github.espalier.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of Espalier that is running. Stateless. */
public final class EspalierVersion {
  private EspalierVersion() {}

  /**
   * Returns the version.
   *
   * @return such as {@code 0.1.0}
   */
  public static String current() {
    Properties properties = new Properties();
    try (InputStream stream = EspalierVersion.class.getResourceAsStream("version.properties")) {
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
