package io.github.espalier.examples.spark;

import io.github.espalier.examples.study.cluster.ClusterOptions;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/** Spark's settings for a study; those that are given as {@code spark.*} properties win. */
final class SparkSettings {
  private static final String MASTER = "spark.master";

  private SparkSettings() {}

  static SparkConf of(ClusterOptions options) {
    SparkConf conf = new SparkConf();
    String master = Master.withRetries(options.master().orElse(conf.get(MASTER, Master.DEFAULT)));
    conf.setMaster(master)
        .setIfMissing("spark.app.name", "espalier study")
        .setIfMissing("spark.ui.enabled", "false")
        .setIfMissing("spark.ui.showConsoleProgress", "false");
    if (Master.isLocal(master)) {
      conf.setIfMissing("spark.driver.host", "localhost")
          .setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    } else {
      // Spark's own libraries are older than Espalier's, so these come first.
      conf.setIfMissing("spark.executor.extraClassPath", classPath())
          .setIfMissing(
              "spark.executor.extraJavaOptions",
              "-Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Djava.awt.headless=true");
    }
    return conf;
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(each -> Path.of(each).toAbsolutePath().normalize().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
