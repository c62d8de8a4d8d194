package io.github.espalier.examples.cli;

import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.inception.InceptionTap;
import io.github.espalier.metrics.protocol.FidProtocol;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of commands that compute features of folders of images. */
@SuppressWarnings("NullAway.Init")
final class ExtractionOptions {
  @Option(
      names = "--inception",
      paramLabel = "FILE",
      description =
          "Weights of the FID network (.safetensors), needed for folders of images; or --clip, whose"
              + " embeddings of images are then the features, and distances of them are not FID.")
  Optional<Path> inception = Optional.empty();

  @Option(
      names = "--tap",
      paramLabel = "N",
      defaultValue = "2048",
      converter = TapConverter.class,
      description = "Its layer: 64, 192, 768 or 2048, the one of FID (default: ${DEFAULT-VALUE}).")
  InceptionTap tap;

  @Mixin ClipModelOption clip;

  @Option(
      names = "--clip-framing",
      paramLabel = "HOW",
      description =
          "How its images become squares: torchvision, transformers, or cmmd, which with ViT-L/14 at"
              + " 336 pixels is the one of CMMD (default: the model's own).")
  Optional<ClipFraming> framing = Optional.empty();

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      defaultValue = "pytorch-fid",
      description =
          "How images are resized and scaled: pytorch-fid, clean-fid, clean-fid-legacy-pytorch,"
              + " torch-fidelity, or paper, with its two passes through JPEG (default:"
              + " ${DEFAULT-VALUE}).")
  FidProtocol protocol;

  @Option(
      names = "--recursive",
      description = "Images in folders below count too, as for clean-fid.")
  boolean recursive;

  @Mixin SkipUnreadableOption skipUnreadable;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "16",
      converter = CountConverter.class,
      description = "Images that go through the network together (default: ${DEFAULT-VALUE}).")
  int batch;

  /** Reads a tap by the number of its features. */
  static final class TapConverter implements ITypeConverter<InceptionTap> {
    @Override
    public InceptionTap convert(String text) {
      return Arrays.stream(InceptionTap.values())
          .filter(tap -> Integer.toString(tap.width()).equals(text))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("'" + text + "' is none of 64, 192, 768, 2048"));
    }
  }
}
