package io.github.espalier.sd2.torch;

import java.util.Optional;

/**
 * How to convert a file of PyTorch. Immutable.
 *
 * @param key the entry at the file's top whose tensors are wanted, such as {@code state_dict}; all
 *     tensors if empty
 * @param overwrite whether a target that exists is replaced
 */
public record TorchOptions(Optional<String> key, boolean overwrite) {
  /**
   * Returns options that take all tensors and replace nothing.
   *
   * @return the options
   */
  public static TorchOptions withDefaults() {
    return new TorchOptions(Optional.empty(), false);
  }

  /**
   * Chooses a dictionary.
   *
   * @param name the entry at the file's top
   * @return a changed copy
   */
  public TorchOptions withKey(String name) {
    return new TorchOptions(Optional.of(name), overwrite);
  }

  /**
   * Sets whether an existing target is replaced.
   *
   * @param replace true to replace it
   * @return a changed copy
   */
  public TorchOptions withOverwrite(boolean replace) {
    return new TorchOptions(key, replace);
  }
}
