package io.github.espalier.examples.study.run;

import io.github.espalier.examples.study.plan.Configuration;
import io.github.espalier.sd2.pipeline.TextToImage;
import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/**
 * A pruned model in memory, ready to make images.
 *
 * @param configuration how it is pruned
 * @param pruned what that did
 * @param pipeline makes images; null if it cannot be pruned like this
 * @param failure why not; null if it can
 * @param seconds how long pruning took
 */
record LoadedModel(
    Configuration configuration,
    PrunedModel pruned,
    @Nullable TextToImage pipeline,
    @Nullable String failure,
    double seconds)
    implements Closeable {
  @Override
  public void close() {
    if (pipeline != null) {
      pipeline.close();
    }
  }
}
