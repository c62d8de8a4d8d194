/**
 * Weights of PyTorch without Python: files of {@code torch.save} and {@code torch.jit.save} are
 * read as named tensors, and converted to safetensors.
 *
 * <p>Nothing here knows Stable Diffusion; other modules use it for the weights of their networks.
 * Open a file by {@link io.github.espalier.sd2.torch.TorchFile#open}, or convert it by {@link
 * io.github.espalier.sd2.torch.TorchConverter#convert}.
 *
 * <p>Such files hold a pickle, a program that Python runs to build objects, and that can call
 * anything. Here it is read by the library {@code net.razorvine:pickle} with all of its
 * constructors replaced by a closed list: what rebuilds tensors and parameters, ordered
 * dictionaries, sizes, devices, element types and storages, and for TorchScript its modules as
 * plain dictionaries. Anything else is refused by its name. Values of the list are inert records;
 * no class of the file is looked up, and nothing of it is executed. Steps, texts, nesting and sizes
 * have limits, so that a small file can take neither memory nor time.
 *
 * <p>Sources: the format as <a
 * href="https://github.com/pytorch/pytorch/blob/main/torch/serialization.py">torch.serialization</a>
 * writes it, of PyTorch 0.1.12 to 2.15, and Python's <a
 * href="https://docs.python.org/3/library/pickle.html">pickle</a>.
 */
@NullMarked
package io.github.espalier.sd2.torch;

import org.jspecify.annotations.NullMarked;
