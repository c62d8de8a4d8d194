package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two-way mapping between the diffusers layout, a file for each component, and the original
 * layout, one file for all.
 *
 * <p>Each tensor of the diffusers layout is a whole tensor of the single file, under another name,
 * with three exceptions:
 *
 * <ul>
 *   <li>Query, key and value of an {@linkplain TextEncoderStyle#OPEN_CLIP OpenCLIP} text block are
 *       thirds, in this order, of the rows of {@code attn.in_proj_weight} and {@code
 *       attn.in_proj_bias}.
 *   <li>The weights of the VAE's attention, {@code [C, C]}, are 1x1 convolutions there, {@code [C,
 *       C, 1, 1]}.
 *   <li>The buffer {@link TextEncoderArchitecture#POSITION_IDS} has no place in a single file of
 *       OpenCLIP's style; in the other style both layouts may have or lack it.
 * </ul>
 *
 * <p>What a single file holds beyond the model is told apart by {@link #classify}; a file made from
 * a folder lacks it unless it is carried over or, as far as that is possible, made anew.
 *
 * <p>Source: the module trees of both implementations, as the classes of this package cite them;
 * the text's row order is that of {@code torch.nn.MultiheadAttention}.
 */
public final class SingleFileNames {
  private final ImmutableList<Correspondence> correspondences;
  private final ImmutableMap<Sd2Component, ImmutableMap<String, Correspondence>> byName;
  private final ImmutableListMultimap<String, Correspondence> bySingleFileName;
  private final VaeAttentionNames vaeNames;
  private final SingleFileExtras extras;

  private SingleFileNames(
      ImmutableList<Correspondence> correspondences,
      VaeAttentionNames vaeNames,
      SingleFileExtras extras) {
    this.correspondences = correspondences;
    this.vaeNames = vaeNames;
    this.extras = extras;
    Map<Sd2Component, ImmutableMap<String, Correspondence>> components = new LinkedHashMap<>();
    for (Sd2Component component : Sd2Component.values()) {
      components.put(
          component,
          correspondences.stream()
              .filter(each -> each.component() == component)
              .collect(ImmutableMap.toImmutableMap(each -> each.tensor().name(), each -> each)));
    }
    byName = ImmutableMap.copyOf(components);
    bySingleFileName =
        correspondences.stream()
            .collect(
                ImmutableListMultimap.toImmutableListMultimap(
                    Correspondence::singleFileName, each -> each));
  }

  /**
   * Makes the mapping of a model.
   *
   * @param config the model's sizes
   * @param style how the single file stores the text encoder
   * @param vaeNames how the folder names the VAE's attention
   * @return the mapping
   */
  public static SingleFileNames of(
      ModelConfig config, TextEncoderStyle style, VaeAttentionNames vaeNames) {
    ImmutableList.Builder<Correspondence> all = ImmutableList.builder();
    ModuleNames unet = SingleFileUnet.names(config.unet());
    for (ArchitectureTensor tensor : UnetArchitecture.tensors(config.unet())) {
      all.add(whole(Sd2Component.UNET, tensor, translate(unet, tensor.name()), tensor.shape()));
    }
    ModuleNames vae = SingleFileVae.names(config.vae());
    for (ArchitectureTensor tensor : VaeArchitecture.tensors(config.vae(), vaeNames)) {
      String name = translate(vae, VaeAttentionNames.NEW.rename(tensor.name()));
      // The only linear layers of a VAE are those of its attention.
      Shape shape =
          tensor.kind() == LayerKind.LINEAR
              ? Shape.of(tensor.shape().extent(0), tensor.shape().extent(1), 1, 1)
              : tensor.shape();
      all.add(whole(Sd2Component.VAE, tensor, name, shape));
    }
    ModuleNames text = SingleFileText.names(config.textEncoder(), style);
    ModuleNames fused = SingleFileText.fusedNames(config.textEncoder(), style);
    for (ArchitectureTensor tensor : textTensors(config.textEncoder(), style)) {
      all.add(
          fused
              .translate(tensor.name())
              .map(name -> third(tensor, name))
              .orElseGet(
                  () ->
                      whole(
                          Sd2Component.TEXT_ENCODER,
                          tensor,
                          translate(text, tensor.name()),
                          tensor.shape())));
    }
    return new SingleFileNames(
        all.build(), vaeNames, new SingleFileExtras(config.textEncoder(), style));
  }

  private static List<ArchitectureTensor> textTensors(
      TextEncoderConfig config, TextEncoderStyle style) {
    List<ArchitectureTensor> tensors = new ArrayList<>(TextEncoderArchitecture.tensors(config));
    if (style == TextEncoderStyle.HUGGING_FACE) {
      tensors.addAll(TextEncoderArchitecture.optionalTensors(config));
    }
    return tensors;
  }

  private static String translate(ModuleNames names, String name) {
    return names
        .translate(name)
        .orElseThrow(() -> new IllegalStateException("no single-file name for " + name));
  }

  private static Correspondence whole(
      Sd2Component component, ArchitectureTensor tensor, String name, Shape shape) {
    return new Correspondence(component, tensor, name, shape, 0, shape.extent(0));
  }

  private static Correspondence third(ArchitectureTensor tensor, String name) {
    long[] extents = tensor.shape().toArray();
    long rows = extents[0];
    extents[0] = 3 * rows;
    return new Correspondence(
        Sd2Component.TEXT_ENCODER,
        tensor,
        name,
        Shape.of(extents),
        rows * SingleFileText.third(tensor.name()),
        rows);
  }

  /**
   * Returns all correspondences.
   *
   * @return one for each tensor of the diffusers layout, optional ones included: first the U-Net's,
   *     then the VAE's, then the text encoder's, in the order in which data passes them
   */
  public List<Correspondence> correspondences() {
    return correspondences;
  }

  /**
   * Locates a tensor of the diffusers layout in the single file.
   *
   * @param component whose tensor it is
   * @param name its name in the component's file; a VAE's attention may have the names of either
   *     era
   * @return where it lies, or empty if the model has no such tensor or the single file no place for
   *     it
   */
  public Optional<Correspondence> locate(Sd2Component component, String name) {
    String known = component == Sd2Component.VAE ? vaeNames.rename(name) : name;
    ImmutableMap<String, Correspondence> names = byName.get(component);
    return names == null ? Optional.empty() : Optional.ofNullable(names.get(known));
  }

  /**
   * Lists the tensors of the diffusers layout that a tensor of the single file makes.
   *
   * @param singleFileName its name
   * @return one, or for a fused tensor three in the order of rows, or none if it is not part of the
   *     model
   */
  public List<Correspondence> madeFrom(String singleFileName) {
    return bySingleFileName.get(singleFileName);
  }

  /**
   * Lists the tensors that a single file must hold.
   *
   * @return names and whole shapes, in the order of {@link #correspondences}
   */
  public Map<String, Shape> singleFileTensors() {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    for (Correspondence each : correspondences) {
      if (!each.optional()) {
        tensors.put(each.singleFileName(), each.singleFileShape());
      }
    }
    return ImmutableMap.copyOf(tensors);
  }

  /**
   * Lists what the published single files hold beyond that: in OpenCLIP's style the text block
   * after the last one in use, {@code text_projection} and {@code logit_scale}, whose values only
   * such a file has; in both styles the noise schedule, whose values {@link ScheduleBuffers}
   * computes. Such as {@code attn_mask}, which the published files lack, are not in the list.
   *
   * @return names and shapes; 26 for SD 2
   */
  public Map<String, Shape> publishedExtras() {
    return ImmutableMap.copyOf(extras.published());
  }

  /**
   * Compares a single file's tensors with the model's.
   *
   * @param file names and shapes of all tensors of the file
   * @return what was found, what is missing, and what is there beyond the model, in the order of
   *     the model and of the file
   */
  public SingleFileContents classify(Map<String, Shape> file) {
    ImmutableList.Builder<Correspondence> found = ImmutableList.builder();
    ImmutableList.Builder<Correspondence> missing = ImmutableList.builder();
    ImmutableList.Builder<SingleFileContents.Misshapen> misshapen = ImmutableList.builder();
    for (Correspondence each : correspondences) {
      Shape shape = file.get(each.singleFileName());
      if (shape == null) {
        if (!each.optional()) {
          missing.add(each);
        }
      } else if (shape.equals(each.singleFileShape())) {
        found.add(each);
      } else {
        misshapen.add(new SingleFileContents.Misshapen(each, shape));
      }
    }
    ImmutableList.Builder<Extra> known = ImmutableList.builder();
    ImmutableList.Builder<String> unknown = ImmutableList.builder();
    for (String name : file.keySet()) {
      if (!bySingleFileName.containsKey(name)) {
        extras.classify(name).ifPresentOrElse(known::add, () -> unknown.add(name));
      }
    }
    return new SingleFileContents(
        found.build(), missing.build(), misshapen.build(), known.build(), unknown.build());
  }
}
