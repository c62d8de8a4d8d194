package io.github.espalier.examples.bench;

import io.github.espalier.core.model.RewriteOptions;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.prune.Pruner;
import io.github.espalier.core.prune.PruningPlan;
import io.github.espalier.core.report.PruningReport;
import io.github.espalier.sd2.checkpoint.Sd2Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Prunes a checkpoint and copies the same files, in turn, and takes the times.
 *
 * <p>All files are first read, so that both find them in the page cache. The first pair of each way
 * to store is discarded. Whatever is written is deleted before the next is timed.
 *
 * @param source the checkpoint
 * @param variant which variant of a folder's files to read; empty for the plain ones
 * @param threads threads that prune; one thread copies
 * @param runs how many pairs are timed, at least 1
 * @param scratch an empty folder to write in, on the device to be measured
 */
public record PruneBenchmark(Path source, String variant, int threads, int runs, Path scratch) {
  /** Makes a plan for an open checkpoint. */
  @FunctionalInterface
  public interface Planner {
    /**
     * Makes the plan.
     *
     * @param checkpoint the checkpoint to be pruned
     * @return the plan
     * @throws IOException if something cannot be read
     */
    PruningPlan plan(Sd2Checkpoint checkpoint) throws IOException;
  }

  /**
   * Runs the benchmark.
   *
   * @param planner what to prune
   * @param cancellation how to stop it
   * @param status told in words what is being done
   * @return the times
   * @throws IOException if reading or writing fails
   */
  public BenchmarkResult run(Planner planner, Cancellation cancellation, Consumer<String> status)
      throws IOException {
    Path pruned = scratch.resolve(target("pruned"));
    status.accept("finding out which files a pruned copy has");
    PruningReport report = prune(planner, cancellation, pruned, false);
    FileTree files = FileTree.common(source, pruned);
    FileTree.delete(pruned);
    status.accept("reading them into the page cache");
    files.read();
    List<Timing> timings = new ArrayList<>();
    Memory memory;
    try (MemorySampler sampler = MemorySampler.start()) {
      for (boolean durable : new boolean[] {false, true}) {
        timings.add(time(planner, cancellation, status, files, durable));
      }
      memory = sampler.peak();
    }
    return new BenchmarkResult(
        source.toString(),
        report.components().stream().map(each -> each.component() + " " + each.method()).toList(),
        files.files().size(),
        files.bytes(),
        report.selected(),
        report.zerosAfter(),
        threads,
        runs,
        timings,
        memory,
        Machine.of(scratch));
  }

  private Timing time(
      Planner planner,
      Cancellation cancellation,
      Consumer<String> status,
      FileTree files,
      boolean durable)
      throws IOException {
    List<Double> copies = new ArrayList<>();
    List<Double> prunings = new ArrayList<>();
    for (int run = 0; run <= runs; run++) {
      cancellation.check();
      status.accept(
          (run == 0 ? "warming up" : "run " + run + " of " + runs)
              + (durable ? ", forced to the device" : ", left to the page cache"));
      double copy = timeCopy(files, durable);
      cancellation.check();
      double pruning = timePruning(planner, cancellation, durable);
      if (run > 0) {
        copies.add(copy);
        prunings.add(pruning);
      }
    }
    return new Timing(durable, copies, prunings);
  }

  private double timeCopy(FileTree files, boolean durable) throws IOException {
    Path target = scratch.resolve(target("copied"));
    long start = System.nanoTime();
    files.copy(target, durable);
    double seconds = secondsSince(start);
    FileTree.delete(target);
    return seconds;
  }

  private double timePruning(Planner planner, Cancellation cancellation, boolean durable)
      throws IOException {
    Path target = scratch.resolve(target("pruned"));
    long start = System.nanoTime();
    PruningReport report = prune(planner, cancellation, target, durable);
    double seconds = secondsSince(start);
    FileTree.delete(target);
    if (report.selected() == 0) {
      throw new IllegalArgumentException("the plan selects no weights");
    }
    return seconds;
  }

  private PruningReport prune(
      Planner planner, Cancellation cancellation, Path target, boolean durable) throws IOException {
    try (Sd2Checkpoint checkpoint = Sd2Checkpoint.open(source, variant)) {
      return Pruner.create()
          .withThreads(threads)
          .withCancellation(cancellation)
          .withOptions(RewriteOptions.withDefaults().withDurable(durable))
          .prune(checkpoint, planner.plan(checkpoint), target);
    }
  }

  private String target(String stem) {
    return Files.isDirectory(source) ? stem : stem + ".safetensors";
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /**
   * Makes an empty folder beside a checkpoint, for the benchmark to write in.
   *
   * @param parent where to make it; null for the checkpoint's own folder
   * @param source the checkpoint
   * @return the folder, to be {@linkplain #deleteScratch deleted}
   * @throws IOException if it cannot be made
   */
  public static Path makeScratch(@Nullable Path parent, Path source) throws IOException {
    Path beside = source.toAbsolutePath().normalize().getParent();
    Path place = parent != null ? parent : beside != null ? beside : Path.of("");
    Files.createDirectories(place);
    return Files.createTempDirectory(place, ".espalier-bench-");
  }

  /**
   * Deletes a folder and all below it.
   *
   * @param folder the folder
   * @throws IOException if something cannot be deleted
   */
  public static void deleteScratch(Path folder) throws IOException {
    FileTree.delete(folder);
  }
}
