package io.github.espalier.core.prune;

import static io.github.espalier.core.prune.MemoryModel.TARGET;
import static io.github.espalier.core.prune.MemoryModel.TEXT;
import static io.github.espalier.core.prune.MemoryModel.UNET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.espalier.core.allocation.SparsityAllocation;
import io.github.espalier.core.mask.Mask;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.model.Component;
import io.github.espalier.core.model.LayerKind;
import io.github.espalier.core.model.LayerSelection;
import io.github.espalier.core.report.LayerReport;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.core.sparsity.SparsityPattern.Grouped;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlanFaultsTest {
  /** Shares a sparsity out as a function says. */
  private record ByFunction(
      Function<List<WeightedLayer>, List<Sparsity>> function, boolean meetsBudget)
      implements SparsityAllocation {
    ByFunction(Function<List<WeightedLayer>, List<Sparsity>> function) {
      this(function, true);
    }

    @Override
    public String name() {
      return "by-function";
    }

    @Override
    public List<Sparsity> allocate(List<WeightedLayer> layers, Sparsity budget) {
      return function.apply(layers);
    }
  }

  private static final PruningStep HALF =
      PruningStep.of(UNET, TestMethods.smallest(), Sparsity.of(0.5));
  private static final PruningMethod KEEPS_ALL =
      TestMethods.doing(layer -> Outcome.of(Mask.keepAll(layer.layer().shape())));

  private final MemoryModel model = new MemoryModel();

  @BeforeEach
  void addLayers() {
    model.addRandom(UNET, "attn1.to_q.weight", DType.F16, Shape.of(4, 6), 1);
    model.addRandom(UNET, "attn1.to_k.weight", DType.F16, Shape.of(4, 8), 2);
    model.addRandom(TEXT, "fc.weight", DType.F16, Shape.of(4, 8), 3);
  }

  private void assertRefused(String message, PruningStep... steps) {
    PruningPlan plan = new PruningPlan(List.of(steps));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pruner.create().prune(model, plan, TARGET))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pruner.create().dryRun(model, plan))
        .withMessage(message);
    assertThat(model.rewrites).isEmpty();
  }

  @Test
  void aPlanNeedsAStep() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PruningPlan.builder().build())
        .withMessage("a plan needs at least one step");
  }

  @Test
  void anUnknownComponentListsThoseThereAre() {
    PruningStep step = PruningStep.of(new Component("vae"), KEEPS_ALL, Sparsity.ZERO);

    assertRefused(model.source() + " has no component 'vae'; it has: unet, text_encoder", step);
  }

  @Test
  void aLayerBelongsToOneStep() {
    assertRefused(
        "layer unet/attn1.to_k.weight is selected by two steps of the plan",
        HALF.withSelection(LayerSelection.matching("to_k")),
        HALF);
  }

  @Test
  void aMisspeltNameIsNotPassedOver() {
    assertRefused(
        "layer selection 'attn1.to_q.weight, attn1.to_p.weight': no layer is named"
            + " 'attn1.to_p.weight'; nearest: unet/attn1.to_k.weight, unet/attn1.to_q.weight,"
            + " text_encoder/fc.weight",
        HALF.withSelection(LayerSelection.named("attn1.to_q.weight", "attn1.to_p.weight")));
  }

  @Test
  void aNameOfAnotherComponentIsNoMistake() throws IOException {
    LayerSelection both = LayerSelection.named("unet/attn1.to_q.weight", "text_encoder/fc.weight");

    PruningReport report =
        Pruner.create()
            .prune(
                model,
                new PruningPlan(
                    List.of(
                        HALF.withSelection(both),
                        PruningStep.of(TEXT, KEEPS_ALL, Sparsity.ZERO).withSelection(both))),
                TARGET);

    assertThat(report.layers())
        .extracting(LayerReport::name)
        .containsExactly("attn1.to_q.weight", "fc.weight");
  }

  @Test
  void aSelectionOfNothingIsAnError() {
    assertRefused(
        "layer selection 'to_v' selects none of 2 layers of weights; nearest:"
            + " unet/attn1.to_k.weight, unet/attn1.to_q.weight",
        HALF.withSelection(LayerSelection.matching("to_v")));
  }

  @Test
  void integersCannotBePruned() {
    model.add(UNET, "ids", LayerKind.OTHER, DType.I64, Shape.of(2), 1, 2);

    assertRefused(
        "layer unet/ids has type I64, which cannot be pruned; expected F16, BF16, F32 or F64",
        HALF.withSelection(LayerSelection.named("ids")));
  }

  @Test
  void incompleteGroupsNameTheLayer() {
    assertRefused(
        "layer unet/attn1.to_q.weight [4, 6]: groups of 4 do not fill 6 inputs",
        HALF.withPattern(new Grouped(2, 4)));
  }

  @Test
  void allocationsGiveEachLayerOneSparsity() {
    SparsityAllocation one = new ByFunction(layers -> List.of(Sparsity.ZERO));
    PruningPlan plan = new PruningPlan(List.of(HALF.withAllocation(one)));

    assertThatIllegalStateException()
        .isThrownBy(() -> Pruner.create().prune(model, plan, TARGET))
        .withMessage("allocation by-function gave 1 sparsities for 2 layers");
    assertThat(model.rewrites).isEmpty();
  }

  @Test
  void allocationsDecideLayerByLayer() throws IOException {
    SparsityAllocation shares = new ByFunction(PlanFaultsTest::tenthsOfColumns, false);

    PruningReport report =
        Pruner.create().prune(model, new PruningPlan(List.of(HALF.withAllocation(shares))), TARGET);

    assertThat(report.layers()).extracting(LayerReport::pruned).containsExactly(14L, 26L);
    assertThat(report.layers())
        .extracting(layer -> layer.target().orElseThrow())
        .containsExactly(Sparsity.of(0.6), Sparsity.of(0.8));
    assertThat(report.components().get(0).target()).contains(Sparsity.of(0.5));
    assertThat(report.components().get(0).allocation()).isEqualTo("by-function");
  }

  private static List<Sparsity> tenthsOfColumns(List<SparsityAllocation.WeightedLayer> layers) {
    return layers.stream().map(each -> Sparsity.ofRatio(each.layer().columns(), 10)).toList();
  }

  @Test
  void allocationsMustMeetTheBudget() {
    SparsityAllocation shares = new ByFunction(PlanFaultsTest::tenthsOfColumns);
    PruningPlan plan = new PruningPlan(List.of(HALF.withAllocation(shares)));

    assertThatIllegalStateException()
        .isThrownBy(() -> Pruner.create().prune(model, plan, TARGET))
        .withMessage("allocation by-function prunes 40 of 56 weights, but the budget of 50% is 28");
    assertThat(model.rewrites).isEmpty();
  }

  @Test
  void aBudgetMayBeMissedByAWeightForEachLayer() throws IOException {
    SparsityAllocation shares =
        new ByFunction(layers -> List.of(Sparsity.ofRatio(13, 24), Sparsity.ofRatio(17, 32)));

    PruningReport report =
        Pruner.create().dryRun(model, new PruningPlan(List.of(HALF.withAllocation(shares))));

    assertThat(report.layers()).extracting(LayerReport::pruned).containsExactly(13L, 17L);
  }

  @Test
  void anAllocationsFailureIsPassedOn() {
    RuntimeException bug = new UnsupportedOperationException("bug");
    SparsityAllocation failing =
        new ByFunction(
            layers -> {
              throw bug;
            });

    assertThatThrownBy(
            () ->
                Pruner.create()
                    .dryRun(model, new PruningPlan(List.of(HALF.withAllocation(failing)))))
        .isSameAs(bug);
  }

  @Test
  void patternsThatLeaveNothingToShareOutTakeNoAllocation() {
    SparsityAllocation any = new ByFunction(layers -> List.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> HALF.withPattern(SparsityPattern.GLOBAL).withAllocation(any))
        .withMessage(
            "unet: pattern global decides how sparse each layer is, so allocation by-function has"
                + " nothing to share out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HALF.withAllocation(any).withPattern(new Grouped(2, 4)))
        .withMessageContaining("pattern 2:4 decides");
  }

  @Test
  void aStepsPartsMustFitTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HALF.withPattern(new Grouped(1, 4)))
        .withMessage("unet: pattern 1-zeros-of-4 prunes 25% of every group, not 50%");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PruningStep.ofMasks(UNET, TestMethods.smallest(), LayerSelection.LINEAR))
        .withMessage("unet: method smallest needs a sparsity");
    PruningStep masks = PruningStep.ofMasks(UNET, KEEPS_ALL, LayerSelection.LINEAR);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> masks.withPattern(SparsityPattern.GLOBAL))
        .withMessage("unet: method test cannot compare weights across layers");
  }

  @Test
  void stepsOfMasksHaveNoTarget() throws IOException {
    PruningStep masks = PruningStep.ofMasks(UNET, KEEPS_ALL, LayerSelection.LINEAR);

    PruningReport report = Pruner.create().dryRun(model, new PruningPlan(List.of(masks)));

    assertThat(report.components().get(0).target()).isEmpty();
    assertThat(report.layers()).allSatisfy(layer -> assertThat(layer.target()).isEmpty());
  }
}
