package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class SingleFileProperties {
  private static final Path FILE = Path.of("small.safetensors");
  private static final OptionalInt SAMPLE = OptionalInt.of(64);

  @Provide
  Arbitrary<ModelConfig> models() {
    return SmallModels.models();
  }

  private static SingleFileNames names(ModelConfig config, VaeAttentionNames vaeNames) {
    return SingleFileNames.of(config, TextEncoderStyle.of(config.textEncoder()), vaeNames);
  }

  /**
   * Every element of the single file belongs to exactly one tensor, and every tensor has a place.
   */
  @Property(tries = 200, seed = "20261124")
  void theMappingIsABijection(
      @ForAll("models") ModelConfig config, @ForAll VaeAttentionNames vaeNames) {
    SingleFileNames names = names(config, vaeNames);
    Set<String> seen = new HashSet<>();
    Map<String, Long> nextRow = new HashMap<>();
    for (Correspondence each : names.correspondences()) {
      String name = each.tensor().name();
      assertThat(seen.add(each.component() + "/" + name)).as(name).isTrue();
      assertThat(names.locate(each.component(), name)).contains(each);
      assertThat(names.madeFrom(each.singleFileName())).contains(each);
      assertThat(each.firstRow()).isEqualTo(nextRow.getOrDefault(each.singleFileName(), 0L));
      nextRow.put(each.singleFileName(), each.firstRow() + each.rows());
    }
    for (Correspondence each : names.correspondences()) {
      assertThat(nextRow.get(each.singleFileName()))
          .as(each.singleFileName())
          .isEqualTo(each.singleFileShape().extent(0));
    }
    assertThat(tensors(config, vaeNames)).allSatisfy(name -> assertThat(seen).contains(name));
  }

  private static Set<String> tensors(ModelConfig config, VaeAttentionNames vaeNames) {
    Set<String> all = new HashSet<>();
    add(all, Sd2Component.UNET, UnetArchitecture.tensors(config.unet()));
    add(all, Sd2Component.VAE, VaeArchitecture.tensors(config.vae(), vaeNames));
    add(all, Sd2Component.TEXT_ENCODER, TextEncoderArchitecture.tensors(config.textEncoder()));
    return all;
  }

  private static void add(
      Set<String> all, Sd2Component component, List<ArchitectureTensor> tensors) {
    tensors.forEach(tensor -> all.add(component + "/" + tensor.name()));
  }

  @Property(tries = 200, seed = "20261125")
  void shapesTellTheConfiguration(@ForAll("models") ModelConfig config) {
    SingleFileNames names = names(config, VaeAttentionNames.NEW);
    InferredModel inferred = SingleFileInspector.infer(FILE, names.singleFileTensors());
    assertThat(inferred.config()).isEqualTo(config);
    assertThat(inferred.contents().unknown()).isEmpty();
    assertThat(inferred.contents().extras()).isEmpty();
  }

  @Property(tries = 100, seed = "20261126")
  void shapesOfAPublishedFileTellTheConfiguration(@ForAll("models") ModelConfig config) {
    SingleFileNames names = names(config, VaeAttentionNames.NEW);
    Map<String, Shape> file = new LinkedHashMap<>(names.singleFileTensors());
    file.putAll(names.publishedExtras());
    InferredModel inferred = SingleFileInspector.infer(FILE, file);
    assertThat(inferred.config()).isEqualTo(config);
    assertThat(inferred.contents().unknown()).isEmpty();
    assertThat(inferred.contents().extras().stream().map(Extra::name))
        .containsExactlyElementsOf(names.publishedExtras().keySet());
  }

  /** One tensor gone or of an odd shape is an error of the file, whichever it is. */
  @Property(tries = 300, seed = "20261128")
  void anyMisshapenOrMissingTensorIsAnErrorOfTheFile(
      @ForAll("models") ModelConfig config, @ForAll int which, @ForAll("oddShapes") Shape odd) {
    Map<String, Shape> file =
        new LinkedHashMap<>(names(config, VaeAttentionNames.NEW).singleFileTensors());
    List<String> all = List.copyOf(file.keySet());
    String name = all.get(Math.floorMod(which, all.size()));
    file.put(name, odd);
    assertThatThrownBy(() -> SingleFileInspector.infer(FILE, file))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageStartingWith("small.safetensors: ");
  }

  @Provide
  Arbitrary<Shape> oddShapes() {
    return Arbitraries.of(
        Shape.of(),
        Shape.of(7),
        Shape.of(0),
        Shape.of(5, 7),
        Shape.of(3, 5, 7, 9),
        Shape.of(1L << 40, 7, 1, 1),
        Shape.of(1 << 30, 1 << 30, 1, 1));
  }

  @Property(tries = 100, seed = "20261127")
  void configurationsSurviveTheirJson(@ForAll("models") ModelConfig config) throws IOException {
    Path file = Files.createTempFile("config", ".json");
    try {
      Files.writeString(file, config.unet().toJson());
      assertThat(UnetConfig.read(file)).isEqualTo(config.unet());
      Files.writeString(file, config.vae().withSampleSize(SAMPLE).toJson());
      assertThat(VaeConfig.read(file)).isEqualTo(config.vae().withSampleSize(SAMPLE));
      Files.writeString(file, config.textEncoder().toJson());
      assertThat(TextEncoderConfig.read(file)).isEqualTo(config.textEncoder());
    } finally {
      Files.delete(file);
    }
  }
}
