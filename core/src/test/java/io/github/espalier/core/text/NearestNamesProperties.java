package io.github.espalier.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;

class NearestNamesProperties {
  @Property(tries = 1000, seed = "121")
  void aNameIsNearestToItselfButForNamesThatContainIt(
      @ForAll @Size(min = 1, max = 6) @UniqueElements
          List<@NotEmpty @AlphaChars @StringLength(max = 8) String> names) {
    String wanted = names.get(0);

    String first = NearestNames.list(wanted, names).split(", ", -1)[0];

    assertThat(first.toLowerCase(Locale.ROOT)).contains(wanted.toLowerCase(Locale.ROOT));
  }

  @Property(tries = 1000, seed = "122")
  void theOrderOfTheNamesDoesNotMatter(
      @ForAll @AlphaChars @StringLength(max = 8) String wanted,
      @ForAll @Size(max = 6) @UniqueElements
          List<@NotEmpty @AlphaChars @StringLength(max = 8) String> names) {
    List<String> sorted = names.stream().sorted().toList();

    assertThat(NearestNames.list(wanted, names)).isEqualTo(NearestNames.list(wanted, sorted));
  }
}
