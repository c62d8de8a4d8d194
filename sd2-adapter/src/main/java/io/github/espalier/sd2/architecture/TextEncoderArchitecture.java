package io.github.espalier.sd2.architecture;

import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;
import java.util.List;

/**
 * The tensors of a text encoder.
 *
 * <p>Source: the module tree of {@code CLIPTextModel} in transformers, with the {@code text_model.}
 * prefix that files have.
 */
public final class TextEncoderArchitecture {
  /**
   * The name of the buffer 0, 1, 2 and so on that transformers wrote until release 4.31: I64 of
   * {@code [1, positions]}. Files may have it or not; it says nothing.
   */
  public static final String POSITION_IDS = "text_model.embeddings.position_ids";

  private TextEncoderArchitecture() {}

  /**
   * Lists the tensors that a text encoder must have in the diffusers layout, that is without {@link
   * #POSITION_IDS}.
   *
   * @param config its sizes
   * @return the tensors in the order in which data passes them; 372 for SD 2
   */
  public static List<ArchitectureTensor> tensors(TextEncoderConfig config) {
    TensorList list = new TensorList();
    int width = config.hiddenSize();
    list.embedding("text_model.embeddings.token_embedding", config.vocabSize(), width);
    list.embedding(
        "text_model.embeddings.position_embedding", config.maxPositionEmbeddings(), width);
    for (int n = 0; n < config.numHiddenLayers(); n++) {
      String layer = "text_model.encoder.layers." + n;
      list.norm(layer + ".layer_norm1", width);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        list.linear(layer + ".self_attn." + projection, width, width);
      }
      list.norm(layer + ".layer_norm2", width);
      list.linear(layer + ".mlp.fc1", config.intermediateSize(), width);
      list.linear(layer + ".mlp.fc2", width, config.intermediateSize());
    }
    list.norm("text_model.final_layer_norm", width);
    return list.list();
  }

  /**
   * Lists the tensors that a text encoder's file may have or lack.
   *
   * @param config its sizes
   * @return {@link #POSITION_IDS}, of kind {@link LayerKind#OTHER}
   */
  public static List<ArchitectureTensor> optionalTensors(TextEncoderConfig config) {
    return List.of(
        new ArchitectureTensor(
            POSITION_IDS, Shape.of(1, config.maxPositionEmbeddings()), LayerKind.OTHER));
  }
}
