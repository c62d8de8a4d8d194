package io.github.espalier.examples.spark;

import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What executors do: evaluates the range of a partition, which has one, to the result's bytes. */
final class EvaluateRange extends AbstractFunction1<Iterator<RangeTask>, byte[]>
    implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  @Override
  public byte[] apply(Iterator<RangeTask> tasks) {
    RangeTask task = tasks.next();
    try {
      return ExecutorModel.evaluate(task).toBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("images " + task.range() + ": " + e.getMessage(), e);
    }
  }
}
