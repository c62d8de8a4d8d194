package io.github.espalier.sd2.calibration;

import io.github.espalier.sd2.nn.Conv2d;
import io.github.espalier.sd2.nn.FeatureMap;
import io.github.espalier.sd2.nn.LayerTap;
import io.github.espalier.sd2.pipeline.SamplingListener;

/**
 * Lets a collector see the U-Net at the wanted evaluations of one caption's sampling run, and says
 * what counts there.
 */
final class SamplingGate implements LayerTap, SamplingListener, SumCollector.Choice {
  private final UnetSettings settings;
  private final Captions captions;
  private final boolean isGuided;
  private final int calls;
  private final int index;
  private final SumCollector sums;
  private int call = -1;
  private int gathered;

  SamplingGate(
      UnetSettings settings,
      Captions captions,
      boolean isGuided,
      int calls,
      int index,
      SumCollector sums) {
    this.settings = settings;
    this.captions = captions;
    this.isGuided = isGuided;
    this.calls = calls;
    this.index = index;
    this.sums = sums;
    sums.choose(this);
  }

  @Override
  public void before(int next) {
    call = next;
  }

  @Override
  public void after(int last) {
    if (isOpen()) {
      gathered++;
    }
  }

  /** The text encoder runs before the first evaluation, and is not looked at. */
  private boolean isOpen() {
    return call >= 0 && settings.isSampled(call, calls);
  }

  @Override
  public void input(String layer, FeatureMap input) {
    if (isOpen()) {
      sums.input(layer, input);
    }
  }

  @Override
  public void convolution(String layer, FeatureMap input, Conv2d.Geometry geometry) {
    if (isOpen()) {
      sums.convolution(layer, input, geometry);
    }
  }

  @Override
  public int rows(InputGroup group, int sample, int all) {
    return !group.isContext() || counts(isGuided && sample == 0) ? all : 0;
  }

  private boolean counts(boolean negative) {
    return switch (settings.textStates()) {
      case AS_THEY_COME -> true;
      case NEGATIVE_PROMPT_ONCE -> !negative || (gathered == 0 && index == 0);
      case EACH_TEXT_ONCE -> gathered == 0 && (negative ? index == 0 : isNew());
    };
  }

  private boolean isNew() {
    String caption = captions.texts().get(index);
    return captions.texts().indexOf(caption) == index
        && !(isGuided && caption.equals(settings.negativePrompt()));
  }

  @Override
  public double weight(InputGroup group) {
    return group.isContext() && settings.textStates() == TextStates.EACH_TEXT_ONCE
        ? 1
        : settings.weights().at(call, calls);
  }

  @Override
  public String caption(int sample) {
    return "caption "
        + (index + 1)
        + ", '"
        + captions.texts().get(index)
        + "', at evaluation "
        + (call + 1)
        + " of "
        + calls;
  }
}
