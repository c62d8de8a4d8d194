package io.github.espalier.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.espalier.core.method.Diagnostics;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.selection.Energy;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PruningReportTest {
  private static final Component TEXT = new Component("text_encoder");
  private static final Component UNET = new Component("unet");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static LayerReport layer(Component component, String name, double seconds) {
    return new LayerReport(
        component,
        name,
        LayerKind.LINEAR,
        Shape.of(10, 20),
        DType.F16,
        Optional.of(Sparsity.of(0.475)),
        95,
        3,
        96,
        new Energy(1000, 10),
        OptionalDouble.of(0.25),
        Diagnostics.none().with("damping", 0.01).withNotable("deadColumns", 7),
        seconds);
  }

  private static ComponentReport component(
      Component component, Optional<Sparsity> target, long zeros, Energy energy) {
    return new ComponentReport(
        component,
        "magnitude",
        "rule EXACT",
        "layer",
        "linear",
        "uniform",
        target,
        1,
        200,
        400,
        3,
        zeros,
        energy);
  }

  private static PruningReport report(String source, double seconds) {
    return new PruningReport(
        source,
        "1.2.3",
        List.of(
            component(TEXT, Optional.of(Sparsity.of(0.475)), 96, new Energy(1000, 10)),
            component(UNET, Optional.empty(), 4, new Energy(5, 0))),
        List.of(
            layer(TEXT, "fc.weight", seconds),
            new LayerReport(
                UNET,
                "conv.weight",
                LayerKind.CONV2D,
                Shape.of(10, 5, 2, 2),
                DType.F32,
                Optional.empty(),
                1,
                3,
                4,
                new Energy(5, 0),
                OptionalDouble.empty(),
                Diagnostics.none(),
                seconds)),
        List.of(
            new SkippedLayer(
                UNET, "norm.weight", LayerKind.EMBEDDING, Shape.of(7), "not selected by linear")),
        2000,
        123_456,
        seconds);
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }

  @Test
  void sharesAreOfTheSelectedWeightsTheComponentAndTheModel() {
    PruningReport report = report("models/sd2", 1);
    ComponentReport text = report.components().get(0);

    assertThat(report.selected()).isEqualTo(400);
    assertThat(report.zerosAfter()).isEqualTo(100);
    assertThat(report.sparsityOfSelected()).isEqualTo(0.25);
    assertThat(report.sparsityOfModel()).isEqualTo(0.05);
    assertThat(text.sparsityOfSelected()).isEqualTo(0.48);
    assertThat(text.sparsityOfComponent()).isEqualTo(0.24);
    assertThat(text.snrDecibels()).isEqualTo(20);
    assertThat(report.layers().get(0).weights()).isEqualTo(200);
    assertThat(report.layers().get(0).sparsity()).isEqualTo(0.48);
  }

  @Test
  void jsonHoldsEverything() throws JsonProcessingException {
    String text = report("models/sd2", 1.5).toJson();
    JsonNode root = json(text);

    assertThat(text).endsWith("}\n").doesNotContain("\r");
    assertThat(root.fieldNames())
        .toIterable()
        .containsExactly(
            "espalier",
            "source",
            "selected",
            "zerosAfter",
            "modelParameters",
            "sparsityOfSelected",
            "sparsityOfModel",
            "bytesRead",
            "seconds",
            "components",
            "layers",
            "skipped");
    assertThat(root.get("espalier").textValue()).isEqualTo("1.2.3");
    assertThat(root.get("source").textValue()).isEqualTo("models/sd2");
    assertThat(root.get("bytesRead").longValue()).isEqualTo(123_456);
    assertThat(root.get("seconds").doubleValue()).isEqualTo(1.5);
    assertThat(root.at("/components/0"))
        .isEqualTo(
            json(
                """
                {"component": "text_encoder", "method": "magnitude", "settings": "rule EXACT",
                 "pattern": "layer", "selection": "linear", "allocation": "uniform",
                 "layers": 1, "selected": 200, "parameters": 400, "zerosBefore": 3,
                 "zerosAfter": 96, "sparsityOfSelected": 0.48, "sparsityOfComponent": 0.24,
                 "snrDecibels": 20.0, "target": 0.475}"""));
    assertThat(root.at("/components/1/target").isMissingNode()).isTrue();
    assertThat(root.at("/components/1/snrDecibels").isNull()).isTrue();
    assertThat(root.at("/layers/0"))
        .isEqualTo(
            json(
                """
                {"component": "text_encoder", "name": "fc.weight", "kind": "LINEAR",
                 "shape": [10, 20], "dtype": "F16", "pruned": 95, "zerosBefore": 3,
                 "zerosAfter": 96, "seconds": 1.5, "weights": 200, "sparsity": 0.48,
                 "snrDecibels": 20.0, "target": 0.475, "outputError": 0.25,
                 "diagnostics": {"damping": 0.01, "deadColumns": 7}}"""));
    assertThat(root.at("/layers/1").has("outputError")).isFalse();
    assertThat(root.at("/layers/1").has("diagnostics")).isFalse();
    assertThat(root.at("/layers/1/shape")).isEqualTo(json("[10, 5, 2, 2]"));
    assertThat(root.at("/skipped"))
        .isEqualTo(
            json(
                """
                [{"component": "unet", "name": "norm.weight", "kind": "EMBEDDING", "shape": [7],
                  "reason": "not selected by linear"}]"""));
  }

  @Test
  void targetsAreExact() throws JsonProcessingException {
    Sparsity third = Sparsity.ofRatio(1, 3);
    PruningReport report =
        new PruningReport(
            "a",
            "1",
            List.of(component(TEXT, Optional.of(third), 1, new Energy(1, 1))),
            List.of(),
            List.of(),
            1,
            1,
            1);

    assertThat(json(report.toJson()).at("/components/0/target").decimalValue())
        .isEqualTo(new BigDecimal("0." + "3".repeat(30)));
    assertThat(report.summary()).contains(" 33.33% ");
  }

  @Test
  void provenanceIsTheSameOnEveryRunAndPlace() throws JsonProcessingException {
    String provenance = report("models/sd2", 1.5).provenance();

    assertThat(provenance).isEqualTo(report("elsewhere/deep/sd2", 99).provenance());
    assertThat(provenance).doesNotContain("seconds").doesNotContain("models");
    JsonNode root = json(provenance);
    assertThat(root.get("source").textValue()).isEqualTo("sd2");
    assertThat(root.has("bytesRead")).isFalse();
    assertThat(root.at("/layers/0/pruned").intValue()).isEqualTo(95);
    assertThat(provenance).isNotEqualTo(report("models/sd3", 1.5).provenance());
  }

  @Test
  void theSummaryIsATable() {
    assertThat(report("models/sd2", 1.5).summary())
        .isEqualTo(
            """
            component     method     target  layers  selected  zeros  of selected  of component  of model  SNR dB
            text_encoder  magnitude   47.5%       1       200     96       48.00%        24.00%     4.80%   20.00
            unet          magnitude   masks       1       200      4        2.00%         1.00%     0.20%     inf
            total                                 2       400    100       25.00%                   5.00%

            Relative error of layers' outputs on the calibration data, and the largest:
            component     layer              output error
            text_encoder  median of 1 layer        0.2500
            text_encoder  fc.weight                0.2500

            Notable layers:
            text_encoder/fc.weight: dead columns 7""");
  }

  private static LayerReport layer(int number, double error, Diagnostics diagnostics) {
    return new LayerReport(
        UNET,
        "layer" + number,
        LayerKind.LINEAR,
        Shape.of(1, 1),
        DType.F32,
        Optional.empty(),
        0,
        0,
        0,
        new Energy(1, 1),
        OptionalDouble.of(error),
        diagnostics,
        1);
  }

  @Test
  void theSummaryNamesFewOfManyLayers() {
    List<LayerReport> layers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Diagnostics usual = Diagnostics.none().with("rounds", i);
      layers.add(layer(i, (7 * i) % 12 / 8.0, usual.withNotable("damping", 0.1 + i)));
    }
    layers.add(layer(12, Double.POSITIVE_INFINITY, Diagnostics.none()));
    PruningReport report =
        new PruningReport(
            "a",
            "1",
            List.of(component(UNET, Optional.empty(), 0, new Energy(1, 1))),
            layers,
            List.of(),
            1,
            1,
            1);

    List<String> lines = report.summary().lines().toList();
    assertThat(lines.subList(3, 10))
        .containsExactly(
            "",
            "Relative error of layers' outputs on the calibration data, and the largest:",
            "component  layer                output error",
            "unet       median of 13 layers        0.7500",
            "unet       layer12                       inf",
            "unet       layer5                     1.3750",
            "unet       layer10                    1.2500");
    assertThat(lines.subList(10, lines.size()))
        .hasSize(13)
        .startsWith("", "Notable layers:", "unet/layer0: damping 0.1", "unet/layer1: damping 1.1")
        .endsWith("unet/layer9: damping 9.1", "and 2 layers more, which the JSON report has");
  }

  @Test
  void diagnosticsThatAreNoNumbersAreNull() throws JsonProcessingException {
    Diagnostics odd =
        Diagnostics.none().with("a", Double.NaN).with("b", 1e300).with("c", -2).with("d", 0.5);
    PruningReport report =
        new PruningReport("a", "1", List.of(), List.of(layer(1, 0, odd)), List.of(), 1, 1, 1);

    assertThat(report.toJson())
        .containsIgnoringWhitespaces(
            "\"outputError\": 0.0, \"diagnostics\": {\"a\": null, \"b\": 1.0E300, \"c\": -2,"
                + " \"d\": 0.5}");
  }

  @Test
  void theSummaryShowsRatiosThatAreNoNumbers() {
    PruningReport report =
        new PruningReport(
            "a",
            "1",
            List.of(
                component(TEXT, Optional.of(Sparsity.ONE), 1_234_567, new Energy(0, 5)),
                component(UNET, Optional.of(Sparsity.ZERO), 0, new Energy(0, 0))),
            List.of(),
            List.of(),
            1,
            1,
            1);

    List<String> lines = report.summary().lines().toList();
    assertThat(lines.get(1)).endsWith("    -inf").contains(" 100% ").contains(" 1,234,567 ");
    assertThat(lines.get(2)).endsWith("     NaN").contains(" 0% ");
  }

  @Test
  void nothingAtAllIsReportedWithoutDividingByZero() throws JsonProcessingException {
    PruningReport report = new PruningReport("a", "1", List.of(), List.of(), List.of(), 0, 0, 0);
    LayerReport empty =
        new LayerReport(
            UNET,
            "none",
            LayerKind.LINEAR,
            Shape.of(0, 3),
            DType.F16,
            Optional.empty(),
            0,
            0,
            0,
            new Energy(0, 0),
            OptionalDouble.empty(),
            Diagnostics.none(),
            0);
    ComponentReport none =
        new ComponentReport(
            UNET,
            "m",
            "",
            "layer",
            "l",
            "uniform",
            Optional.empty(),
            0,
            0,
            0,
            0,
            0,
            new Energy(0, 0));

    assertThat(report.sparsityOfSelected()).isZero();
    assertThat(report.sparsityOfModel()).isZero();
    assertThat(empty.sparsity()).isZero();
    assertThat(empty.snrDecibels()).isNaN();
    assertThat(none.sparsityOfSelected()).isZero();
    assertThat(none.sparsityOfComponent()).isZero();
    assertThat(report.summary().lines()).hasSize(2);
    assertThat(json(report.toJson()).get("layers")).isEmpty();
    assertThat(json(report.provenance()).get("skipped")).isEmpty();
  }

  @Test
  void reportsNeverChange() {
    List<ComponentReport> components = new ArrayList<>();
    PruningReport report = new PruningReport("a", "1", components, List.of(), List.of(), 1, 1, 1);
    components.add(component(TEXT, Optional.empty(), 0, new Energy(0, 0)));

    assertThat(report.components()).isEmpty();
    assertThatThrownBy(() -> report.layers().add(layer(TEXT, "a", 1)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(report.withSeconds(7).seconds()).isEqualTo(7);
    assertThat(report.withSeconds(7).withSeconds(1)).isEqualTo(report);
  }
}
