package io.github.espalier.examples.study.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a pruned model: the same in every run of the same plan. Immutable.
 *
 * @param id of the configuration
 * @param label of the configuration, for people
 * @param sparsity which share of the model is zero
 * @param layers what pruning did to each selected layer; none of the dense model
 * @param images how many images were made
 * @param imagesSha256 hash of the hashes of all image files
 * @param imageSha256 hashes of the first image files, 16 at most, in order
 * @param clip how well images fit their captions, if that was wanted
 * @param distance how far images are from the references, if that was wanted
 * @param failure why there are no images: a layer cannot be pruned like this, or an image's values
 *     are no finite numbers; absent if all went well
 */
@JsonPropertyOrder({
  "id",
  "label",
  "sparsity",
  "images",
  "imagesSha256",
  "imageSha256",
  "clip",
  "distance",
  "failure",
  "layers",
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConfigurationResult(
    String id,
    String label,
    Sparsities sparsity,
    List<LayerResult> layers,
    int images,
    String imagesSha256,
    List<String> imageSha256,
    @Nullable ClipResult clip,
    @Nullable DistanceResult distance,
    @Nullable String failure) {
  /**
   * Copies the lists.
   *
   * @param id of the configuration
   * @param label of the configuration
   * @param sparsity which share of the model is zero
   * @param layers what pruning did to each selected layer
   * @param images how many images were made
   * @param imagesSha256 hash of the hashes of all image files
   * @param imageSha256 hashes of the first files
   * @param clip how well images fit their captions
   * @param distance how far images are from the references
   * @param failure why there are no images
   */
  public ConfigurationResult {
    layers = ImmutableList.copyOf(layers);
    imageSha256 = ImmutableList.copyOf(imageSha256);
  }
}
