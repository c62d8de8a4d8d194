package io.github.espalier.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.espalier.sd2.diff.CheckpointDiff;
import io.github.espalier.sd2.diff.TensorDifference;
import io.github.espalier.sd2.diff.TensorDifference.Changed;
import io.github.espalier.sd2.diff.TensorDifference.OnlyIn;
import io.github.espalier.sd2.diff.TensorDifference.Redefined;
import io.github.espalier.sd2.diff.TensorDifference.Side;
import java.nio.file.Path;
import java.util.List;

/** Lays differences out. */
final class DiffReport {
  private DiffReport() {}

  static String text(CheckpointDiff diff, Path first, Path second) {
    if (diff.isEmpty()) {
      return "No difference in " + Figures.count(diff.compared()) + " tensors.";
    }
    StringBuilder text = new StringBuilder();
    List<Changed> changed = diff.changed();
    if (!changed.isEmpty()) {
      text.append(table(changed)).append('\n');
    }
    for (TensorDifference difference : diff.differences()) {
      if (difference instanceof OnlyIn only) {
        Path path = only.side() == Side.FIRST ? first : second;
        text.append(only.name() + ": only in " + path + ": " + only.dtype() + " " + only.shape());
        text.append('\n');
      } else if (difference instanceof Redefined other) {
        text.append(other.name() + ": " + other.firstType() + " " + other.firstShape());
        text.append(" became " + other.secondType() + " " + other.secondShape());
        text.append('\n');
      }
    }
    return text.append('\n').append(summary(diff, changed)).toString();
  }

  private static Table table(List<Changed> changed) {
    Table table =
        new Table(
            1,
            "tensor",
            "weights",
            "changed",
            "first",
            "last",
            "zeros +",
            "zeros -",
            "zero signs",
            "other");
    for (Changed each : changed) {
      table.add(
          each.name(),
          Figures.count(each.shape().elements()),
          Figures.count(each.changed()),
          Figures.count(each.firstIndex()),
          Figures.count(each.lastIndex()),
          Figures.count(each.zerosAdded()),
          Figures.count(each.zerosRemoved()),
          Figures.count(each.zeroSigns()),
          Figures.count(each.otherChanges()));
    }
    return table;
  }

  private static String summary(CheckpointDiff diff, List<Changed> changed) {
    return Figures.count(diff.differences().size())
        + " tensors differ, "
        + Figures.count(diff.compared())
        + " are in both; "
        + Figures.count(changed.stream().mapToLong(Changed::zerosAdded).sum())
        + " zeros added, "
        + Figures.count(changed.stream().mapToLong(Changed::zerosRemoved).sum())
        + " removed, "
        + Figures.count(changed.stream().mapToLong(Changed::zeroSigns).sum())
        + " changed their sign, "
        + Figures.count(changed.stream().mapToLong(Changed::otherChanges).sum())
        + " other values changed.";
  }

  static String json(CheckpointDiff diff) {
    ObjectNode root = Json.object();
    root.put("equal", diff.isEmpty());
    root.put("compared", diff.compared());
    List<Changed> changed = diff.changed();
    root.put("zerosAdded", changed.stream().mapToLong(Changed::zerosAdded).sum());
    root.put("zerosRemoved", changed.stream().mapToLong(Changed::zerosRemoved).sum());
    root.put("zeroSigns", changed.stream().mapToLong(Changed::zeroSigns).sum());
    root.put("otherChanges", changed.stream().mapToLong(Changed::otherChanges).sum());
    root.putArray("differences");
    for (TensorDifference difference : diff.differences()) {
      ObjectNode node = root.withArray("differences").addObject();
      node.put("difference", difference.getClass().getSimpleName());
      node.setAll((ObjectNode) Json.of(difference));
      if (difference instanceof Changed each) {
        node.put("otherChanges", each.otherChanges());
      }
    }
    return Json.text(root);
  }
}
