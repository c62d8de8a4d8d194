package io.github.espalier.sd2.calibration;

import io.github.espalier.core.calibration.StatisticsNeed;
import java.util.ArrayList;
import java.util.List;

/** Cuts groups of layers into packages. Stateless. */
final class Packages {
  private Packages() {}

  /**
   * Cuts a list into contiguous parts whose statistics take about equally much memory, which is
   * what packages are for.
   *
   * @throws IllegalArgumentException if there are less groups than parts
   */
  static List<List<InputGroup>> cut(List<InputGroup> groups, int parts, StatisticsNeed need) {
    if (parts < 1 || parts > groups.size()) {
      throw new IllegalArgumentException(
          "packages is "
              + parts
              + ", but must be from 1 to "
              + groups.size()
              + ", the number of inputs that the selected layers have");
    }
    double total = groups.stream().mapToDouble(group -> cost(group, need)).sum();
    List<List<InputGroup>> packages = new ArrayList<>();
    double spent = 0;
    int from = 0;
    for (int part = 1; part <= parts; part++) {
      int to = from + 1;
      spent += cost(groups.get(from), need);
      int last = groups.size() - (parts - part);
      while (to < last) {
        double next = cost(groups.get(to), need);
        // The group goes where more of it belongs; the last part takes all that is left.
        if (part < parts && spent + next / 2 > total * part / parts) {
          break;
        }
        spent += next;
        to++;
      }
      packages.add(List.copyOf(groups.subList(from, to)));
      from = to;
    }
    return packages;
  }

  private static double cost(InputGroup group, StatisticsNeed need) {
    double width = group.width();
    return need == StatisticsNeed.GRAM ? width * width : width;
  }
}
