package io.github.espalier.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosticsTest {
  private static final Diagnostics SOME =
      Diagnostics.none().with("second", 2).withNotable("first", 1).with("third", 3);

  @Test
  void keepTheirOrder() {
    assertThat(SOME.values().keySet()).containsExactly("second", "first", "third");
    assertThat(SOME.values().values()).containsExactly(2.0, 1.0, 3.0);
    assertThat(SOME.notable()).containsOnlyKeys("first");
    assertThat(SOME.get("third")).hasValue(3);
    assertThat(SOME.get("fourth")).isEmpty();
  }

  @Test
  void neverChange() {
    assertThat(Diagnostics.none().values()).isEmpty();
    assertThatThrownBy(() -> SOME.values().put("fourth", 4.0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(SOME)
        .isEqualTo(Diagnostics.none().withNotable("first", 1).with("third", 3).with("second", 2));
    assertThat(SOME)
        .isNotEqualTo(Diagnostics.none().with("second", 2).with("first", 1).with("third", 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Damping", "dead columns", "dead_columns", "7th"})
  void haveNamesThatAreFieldsOfJson(String name) {
    assertThatThrownBy(() -> SOME.with(name, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "' is no name of a diagnostic");
  }

  @Test
  void haveEachNameOnce() {
    assertThatThrownBy(() -> SOME.withNotable("second", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("diagnostic second is there already");
  }
}
