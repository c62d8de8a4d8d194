package io.github.espalier.methods.obsdiff;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.method.LayerContext;
import io.github.espalier.core.method.Outcome;
import io.github.espalier.core.method.PruningMethod;
import io.github.espalier.core.sparsity.SparsityPattern;
import io.github.espalier.methods.sparsegpt.SparseGpt;
import java.io.IOException;
import java.util.Map;

/**
 * SparseGPT over calibration inputs that are weighed by the timestep of the sampling run: the
 * Hessian is {@code 2 / sum(alpha_t b_t) * sum(alpha_t X_t X_t^T)}, where b is the number of
 * samples. Early timesteps, whose errors later ones build upon, weigh more.
 *
 * <p>The weights are the calibration's; this method takes them as they are. Over a calibration
 * whose timesteps weigh the same it is {@link SparseGpt}, as is the published code's uniform
 * schedule. It has the settings of {@link SparseGpt}. The paper prunes a model in packages of
 * layers, each calibrated with those before it pruned; that too is up to the calibration.
 *
 * <p>Immutable and safe for use by many threads.
 *
 * <p>Source: Zhu et al., "OBS-Diff: Accurate Pruning For Diffusion Models in One-Shot", ICLR 2026,
 * <a href="https://arxiv.org/abs/2510.06751">arXiv 2510.06751</a>, and the reference implementation
 * Alrightlone/OBS-Diff, {@code lib/OBS_Diff.py}.
 */
public final class ObsDiff implements PruningMethod {
  private final SparseGpt method;

  /** Makes the method with the default settings of {@link SparseGpt}. */
  public ObsDiff() {
    this(SparseGpt.withDefaults());
  }

  private ObsDiff(SparseGpt method) {
    this.method = method;
  }

  /**
   * Makes the method with settings.
   *
   * @param settings the settings of the pruning itself
   * @return the method
   */
  public static ObsDiff with(SparseGpt settings) {
    return new ObsDiff(settings);
  }

  @Override
  public PruningMethod with(String option, String value) {
    return new ObsDiff((SparseGpt) method.with(option, value));
  }

  @Override
  public Map<String, String> options() {
    return method.options();
  }

  @Override
  public String name() {
    return "obs-diff";
  }

  @Override
  public String source() {
    return "Zhu et al., \"OBS-Diff: Accurate Pruning For Diffusion Models in One-Shot\", ICLR 2026, arXiv 2510.06751";
  }

  @Override
  public String settings() {
    return method.settings() + ", timesteps as weighed by the calibration";
  }

  @Override
  public StatisticsNeed needs() {
    return method.needs();
  }

  @Override
  public void requireSupport(SparsityPattern pattern) {
    method.requireSupport(pattern);
  }

  @Override
  public Outcome prune(LayerContext layer) throws IOException {
    return method.prune(layer);
  }
}
