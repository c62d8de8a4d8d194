package io.github.espalier.sd2.torch;

/**
 * A value that stands for an object of Python of which only the name matters.
 *
 * @param name what it is
 */
record Inert(String name) {
  static final Inert NONE = new Inert("None");
  static final Inert DEVICE = new Inert("torch.device");
}
