package io.github.espalier.sd2.torch;

/** The forms in which PyTorch stores weights. */
public enum TorchFormat {
  /** A zip archive by {@code torch.save}, the default since PyTorch 1.6. */
  ZIP,
  /** A zip archive by {@code torch.jit.save}: a module with its code, which is not looked at. */
  TORCH_SCRIPT,
  /** Pickles followed by the storages, by {@code torch.save} before PyTorch 1.6. */
  LEGACY
}
