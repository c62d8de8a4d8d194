package io.github.espalier.sd2.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VaeAttentionNamesTest {
  private static final String ATTENTION = "encoder.mid_block.attentions.0.";

  @ParameterizedTest
  @CsvSource({"query,to_q", "key,to_k", "value,to_v", "proj_attn,to_out.0"})
  void renamesBothWays(String old, String renamed) {
    for (String suffix : List.of("", ".weight", ".bias")) {
      String oldName = ATTENTION + old + suffix;
      String newName = ATTENTION + renamed + suffix;
      assertThat(VaeAttentionNames.NEW.rename(oldName)).isEqualTo(newName);
      assertThat(VaeAttentionNames.NEW.rename(newName)).isEqualTo(newName);
      assertThat(VaeAttentionNames.OLD.rename(newName)).isEqualTo(oldName);
      assertThat(VaeAttentionNames.OLD.rename(oldName)).isEqualTo(oldName);
      assertThat(VaeAttentionNames.of(List.of("conv_in.weight", oldName)))
          .isEqualTo(VaeAttentionNames.OLD);
      assertThat(VaeAttentionNames.of(List.of("conv_in.weight", newName)))
          .isEqualTo(VaeAttentionNames.NEW);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "encoder.mid_block.attentions.0.group_norm.weight",
        "encoder.mid_block.attentions.0.keys.weight",
        "encoder.mid_block.attentions.0.key.weight.key",
        "down_blocks.0.attentions.0.key.weight",
        "key",
        ""
      })
  void leavesOtherNamesAlone(String name) {
    assertThat(VaeAttentionNames.NEW.rename(name)).isEqualTo(name);
    assertThat(VaeAttentionNames.OLD.rename(name)).isEqualTo(name);
    assertThat(VaeAttentionNames.of(List.of(name))).isEqualTo(VaeAttentionNames.NEW);
  }
}
