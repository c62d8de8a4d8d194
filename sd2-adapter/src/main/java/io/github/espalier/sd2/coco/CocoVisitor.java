package io.github.espalier.sd2.coco;

import org.jspecify.annotations.Nullable;

/** Takes what {@link CocoReader} reads, in the order of the file. */
public interface CocoVisitor {
  /**
   * Takes a caption.
   *
   * @param index which element of {@code annotations} it is, from 0
   * @param imageId the {@code image_id}, as text; null if there is none
   * @param caption the text, as it is in the file
   * @return whether to read on; if false, the rest of the file is not read
   */
  boolean annotation(int index, @Nullable String imageId, String caption);

  /**
   * Takes an image. Does nothing unless overridden.
   *
   * @param id the {@code id}, as text
   * @param fileName the {@code file_name}
   */
  default void image(String id, String fileName) {}

  /**
   * Says whether images matter.
   *
   * @return true, to be given each image; false, the default, to have {@code images} skipped
   *     whatever it holds
   */
  default boolean wantsImages() {
    return false;
  }
}
