package io.github.espalier.sd2.torch;

import java.io.Serial;

/**
 * Says what is wrong with a value of a pickle, where the file and the place in it are not known;
 * {@link TorchUnpickler} adds them. Never leaves the package.
 */
final class PickleDamage extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  PickleDamage(String problem) {
    super(problem);
  }
}
