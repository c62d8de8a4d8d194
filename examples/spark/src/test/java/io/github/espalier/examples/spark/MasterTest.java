package io.github.espalier.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "local local[1,4]",
        "local[2] local[2,4]",
        "local[*] local[*,4]",
        "local[2,1] local[2,1]",
        "local-cluster[2,1,1024] local-cluster[2,1,1024]",
        "spark://host:7077 spark://host:7077",
      })
  void localMastersTryTasksAgain(String given, String used) {
    assertThat(Master.withRetries(given)).isEqualTo(used);
    assertThat(Master.isLocal(used)).isEqualTo(used.startsWith("local["));
  }
}
