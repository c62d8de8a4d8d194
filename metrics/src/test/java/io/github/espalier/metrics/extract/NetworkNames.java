package io.github.espalier.metrics.extract;

/** Identities of networks that only a file of features could name, for tests of names. */
public final class NetworkNames {
  private NetworkNames() {}

  /** Returns the identity of any name. */
  public static NetworkId named(String name, String tap) {
    return NetworkId.known(name, tap, "some weights");
  }
}
