package io.github.espalier.sd2.checkpoint;

/** How a checkpoint is laid out on disk. */
public enum CheckpointLayout {
  /** A folder with a file or more for each component, as diffusers saves and loads it. */
  DIFFUSERS,
  /** One file for everything, as Stability published it and as ComfyUI and others load it. */
  SINGLE_FILE
}
