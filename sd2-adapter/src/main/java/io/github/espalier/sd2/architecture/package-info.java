/**
 * What a Stable Diffusion checkpoint consists of: from a model's configuration to the exact list of
 * its tensors, and from the names of the diffusers folder layout to those of the original
 * single-file layout and back.
 *
 * <p>Start at {@link io.github.espalier.sd2.architecture.ModelConfig}, which is read from a folder
 * or {@linkplain io.github.espalier.sd2.architecture.SingleFileInspector inferred} from a single
 * file's shapes. {@link io.github.espalier.sd2.architecture.UnetArchitecture}, {@link
 * io.github.espalier.sd2.architecture.VaeArchitecture} and {@link
 * io.github.espalier.sd2.architecture.TextEncoderArchitecture} list tensors; {@link
 * io.github.espalier.sd2.architecture.SingleFileNames} maps them. Nothing here opens a file of
 * weights: names and shapes go in, names and shapes come out.
 *
 * <p>Sizes and names follow the published configurations of {@code stable-diffusion-2} and {@code
 * stable-diffusion-v1-5}, the classes {@code UNet2DConditionModel}, {@code AutoencoderKL}
 * (diffusers) and {@code CLIPTextModel} (transformers), and the modules of Stability AI's {@code
 * stablediffusion} repository. All values of this package are immutable and safe for use by many
 * threads.
 */
@NullMarked
package io.github.espalier.sd2.architecture;

import org.jspecify.annotations.NullMarked;
