package io.github.espalier.examples.cli;

import io.github.espalier.core.EspalierVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "espalier " + EspalierVersion.current(),
      "Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ")",
    };
  }
}
