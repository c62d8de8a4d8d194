package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScheduleBuffersTest {
  private static float[] vector(String name) {
    return Objects.requireNonNull(ScheduleBuffers.sd2().get(name), name);
  }

  /** Entries 0, 1, 500 and 999, and the sum, by torch.linspace and NumPy in float64. */
  @ParameterizedTest
  @CsvSource({
    "betas,0.00085,0.00085469865,0.004814954,0.012,5.348992782179266",
    "alphas_cumprod,0.99915,0.998296,0.27633268,0.0046600983,373.37662973534316",
    "alphas_cumprod_prev,1.0,0.99915,0.27766964,0.004716699,374.37196963699535",
    "sqrt_alphas_cumprod,0.9995749,0.99914765,0.52567357,0.06826492,529.6881637349725",
    "sqrt_one_minus_alphas_cumprod,0.029154759,0.041279197,0.8506864,0.99766725,747.6228139624",
    "log_one_minus_alphas_cumprod,-7.0702744,-6.374793,-0.3234235,-0.0046709906,-785.0120025253855",
    "sqrt_recip_alphas_cumprod,1.0004252,1.0008531,1.9023213,14.648813,3360.5912412405014",
    "sqrt_recipm1_alphas_cumprod,0.029167159,0.041314412,1.6182789,14.614641,3021.3089428637177",
    "posterior_variance,0.0,0.00042635313,0.0048060585,0.011999317,5.33707064850023",
    "posterior_log_variance_clipped,-46.0517,-7.7602425,-5.3378778,-4.4229054,-5509.044327259064",
    "posterior_mean_coef1,1.0,0.5013787,0.0035060444,0.0008279973,8.879110003472306",
    "posterior_mean_coef2,0.0,0.49862123,0.9957466,0.9939254,989.6943396925926",
  })
  void valuesAreThoseOfTheReference(
      String name, float first, float second, float middle, float last, double sum) {
    float[] vector = vector(name);
    assertThat(vector).hasSize(ScheduleBuffers.STEPS);
    float[] picked = {vector[0], vector[1], vector[500], vector[999]};
    float[] expected = {first, second, middle, last};
    for (int i = 0; i < picked.length; i++) {
      assertThat(picked[i]).isCloseTo(expected[i], within(Math.ulp(expected[i])));
    }
    double total = 0;
    for (float value : vector) {
      total += value;
    }
    assertThat(total).isCloseTo(sum, within(Math.abs(sum) * 1e-8));
  }

  @Test
  void namesAreInTheOrderOfTheFile() {
    assertThat(ScheduleBuffers.names())
        .hasSize(12)
        .startsWith("betas", "alphas_cumprod", "alphas_cumprod_prev")
        .containsExactlyElementsOf(ScheduleBuffers.sd2().keySet());
  }

  @Test
  void callersCannotChangeTheVectors() {
    Map<String, float[]> vectors = ScheduleBuffers.sd2();
    Objects.requireNonNull(vectors.get("betas"))[0] = 7;
    assertThat(vector("betas")[0]).isEqualTo(0.00085f);
  }
}
