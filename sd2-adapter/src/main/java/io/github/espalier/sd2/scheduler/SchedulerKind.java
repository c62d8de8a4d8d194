package io.github.espalier.sd2.scheduler;

/** The sampling methods, with the classes of diffusers that they follow. */
public enum SchedulerKind {
  /**
   * DDIM: J. Song, C. Meng, S. Ermon, <i>Denoising Diffusion Implicit Models</i>, ICLR 2021. The
   * one that {@code stable-diffusion-2} and {@code 2-1} (768 pixels) name.
   */
  DDIM("DDIMScheduler", TimestepSpacing.LEADING, true),
  /**
   * PNDM: L. Liu, Y. Ren, Z. Lin, Z. Zhao, <i>Pseudo Numerical Methods for Diffusion Models on
   * Manifolds</i>, ICLR 2022. The one that the base models (512 pixels) name, there without
   * Runge-Kutta steps.
   */
  PNDM("PNDMScheduler", TimestepSpacing.LEADING, false),
  /**
   * Euler's method on the probability flow: T. Karras, M. Aittala, T. Aila, S. Laine,
   * <i>Elucidating the Design Space of Diffusion-Based Generative Models</i>, NeurIPS 2022,
   * algorithm 2 without churn and without the second-order correction.
   */
  EULER("EulerDiscreteScheduler", TimestepSpacing.LINSPACE, true),
  /**
   * DPM-Solver++(2M): C. Lu and others, <i>DPM-Solver++</i>, arXiv 2211.01095, algorithm 2, in its
   * midpoint form, with a last step of first order.
   */
  DPM_SOLVER_PP_2M("DPMSolverMultistepScheduler", TimestepSpacing.LINSPACE, true);

  private final String className;
  private final TimestepSpacing defaultSpacing;
  private final boolean defaultSetAlphaToOne;

  SchedulerKind(String className, TimestepSpacing defaultSpacing, boolean defaultSetAlphaToOne) {
    this.className = className;
    this.defaultSpacing = defaultSpacing;
    this.defaultSetAlphaToOne = defaultSetAlphaToOne;
  }

  /**
   * Returns the name of diffusers' class, the value of {@code _class_name}.
   *
   * @return such as {@code DDIMScheduler}
   */
  public String className() {
    return className;
  }

  /**
   * Returns the spacing that applies where a configuration has none.
   *
   * @return leading for DDIM and PNDM, linspace for the others
   */
  public TimestepSpacing defaultSpacing() {
    return defaultSpacing;
  }

  /** What a configuration without {@code set_alpha_to_one} means; of no effect on the last two. */
  boolean defaultSetAlphaToOne() {
    return defaultSetAlphaToOne;
  }
}
