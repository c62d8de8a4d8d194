package io.github.espalier.metrics.coco;

/**
 * An image of COCO and a caption of it.
 *
 * @param imageId the image's number in COCO, as text
 * @param fileName the image's file, such as {@code 000000391895.jpg}, as COCO's file has it: not
 *     checked to be a mere name
 * @param caption the text, as COCO's file has it, with any white space around it
 */
public record CaptionedImage(String imageId, String fileName, String caption) {}
