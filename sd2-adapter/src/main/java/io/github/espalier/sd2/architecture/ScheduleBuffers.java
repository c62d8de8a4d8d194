package io.github.espalier.sd2.architecture;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * The noise schedule that single files of Stable Diffusion 1 and 2 carry: twelve vectors of F32,
 * one entry for each of 1000 training steps.
 *
 * <p>With {@code β} growing so that its root is linear from {@code √0.00085} to {@code √0.012},
 * with {@code α = 1 - β}, {@code ᾱ} the product of {@code α} up to a step and {@code ᾱ'} the
 * product up to the step before it (1 before the first):
 *
 * <table>
 * <caption>The vectors</caption>
 * <tr><th>name</th><th>value</th></tr>
 * <tr><td>{@code betas}</td><td>{@code β}</td></tr>
 * <tr><td>{@code alphas_cumprod}</td><td>{@code ᾱ}</td></tr>
 * <tr><td>{@code alphas_cumprod_prev}</td><td>{@code ᾱ'}</td></tr>
 * <tr><td>{@code sqrt_alphas_cumprod}</td><td>{@code √ᾱ}</td></tr>
 * <tr><td>{@code sqrt_one_minus_alphas_cumprod}</td><td>{@code √(1 - ᾱ)}</td></tr>
 * <tr><td>{@code log_one_minus_alphas_cumprod}</td><td>{@code ln(1 - ᾱ)}</td></tr>
 * <tr><td>{@code sqrt_recip_alphas_cumprod}</td><td>{@code √(1/ᾱ)}</td></tr>
 * <tr><td>{@code sqrt_recipm1_alphas_cumprod}</td><td>{@code √(1/ᾱ - 1)}</td></tr>
 * <tr><td>{@code posterior_variance}</td><td>{@code σ² = β (1 - ᾱ') / (1 - ᾱ)}</td></tr>
 * <tr><td>{@code posterior_log_variance_clipped}</td><td>{@code ln max(σ², 1e-20)}</td></tr>
 * <tr><td>{@code posterior_mean_coef1}</td><td>{@code β √ᾱ' / (1 - ᾱ)}</td></tr>
 * <tr><td>{@code posterior_mean_coef2}</td><td>{@code (1 - ᾱ') √α / (1 - ᾱ)}</td></tr>
 * </table>
 *
 * <p>All is computed in F64 and rounded once. σ² of the first step is 0, hence the clipping.
 *
 * <p>Sources: J. Ho, A. Jain, P. Abbeel, <i>Denoising Diffusion Probabilistic Models</i>, NeurIPS
 * 2020, equations 4 (ᾱ), 6 and 7 (mean and variance of the posterior); names and the schedule of
 * the published models from {@code ldm/models/diffusion/ddpm.py} and {@code v2-inference-v.yaml} of
 * Stability AI's {@code stablediffusion}.
 */
public final class ScheduleBuffers {
  /** The number of training steps, which is the length of each vector. */
  public static final int STEPS = 1000;

  private static final double FIRST_BETA = 0.00085;
  private static final double LAST_BETA = 0.012;
  private static final double LEAST_VARIANCE = 1e-20;

  private static final ImmutableMap<String, float[]> VECTORS = compute();

  private ScheduleBuffers() {}

  /**
   * Returns the names of the vectors.
   *
   * @return the twelve names
   */
  public static List<String> names() {
    return VECTORS.keySet().asList();
  }

  /**
   * Returns the vectors of the published models.
   *
   * @return each name with a copy of its {@value #STEPS} values
   */
  public static Map<String, float[]> sd2() {
    ImmutableMap.Builder<String, float[]> copies = ImmutableMap.builder();
    VECTORS.forEach((name, values) -> copies.put(name, values.clone()));
    return copies.buildOrThrow();
  }

  private static ImmutableMap<String, float[]> compute() {
    double[] beta = new double[STEPS];
    double[] product = new double[STEPS];
    double[] before = new double[STEPS];
    double first = Math.sqrt(FIRST_BETA);
    double step = (Math.sqrt(LAST_BETA) - first) / (STEPS - 1);
    double running = 1;
    for (int t = 0; t < STEPS; t++) {
      double root = first + step * t;
      beta[t] = root * root;
      before[t] = running;
      running *= 1 - beta[t];
      product[t] = running;
    }
    IntToDoubleFunction variance = t -> beta[t] * (1 - before[t]) / (1 - product[t]);
    return ImmutableMap.<String, float[]>builder()
        .put("betas", vector(t -> beta[t]))
        .put("alphas_cumprod", vector(t -> product[t]))
        .put("alphas_cumprod_prev", vector(t -> before[t]))
        .put("sqrt_alphas_cumprod", vector(t -> Math.sqrt(product[t])))
        .put("sqrt_one_minus_alphas_cumprod", vector(t -> Math.sqrt(1 - product[t])))
        .put("log_one_minus_alphas_cumprod", vector(t -> Math.log(1 - product[t])))
        .put("sqrt_recip_alphas_cumprod", vector(t -> Math.sqrt(1 / product[t])))
        .put("sqrt_recipm1_alphas_cumprod", vector(t -> Math.sqrt(1 / product[t] - 1)))
        .put("posterior_variance", vector(variance))
        .put(
            "posterior_log_variance_clipped",
            vector(t -> Math.log(Math.max(variance.applyAsDouble(t), LEAST_VARIANCE))))
        .put("posterior_mean_coef1", vector(t -> beta[t] * Math.sqrt(before[t]) / (1 - product[t])))
        .put(
            "posterior_mean_coef2",
            vector(t -> (1 - before[t]) * Math.sqrt(1 - beta[t]) / (1 - product[t])))
        .buildOrThrow();
  }

  private static float[] vector(IntToDoubleFunction value) {
    float[] vector = new float[STEPS];
    for (int t = 0; t < STEPS; t++) {
      vector[t] = (float) value.applyAsDouble(t);
    }
    return vector;
  }
}
