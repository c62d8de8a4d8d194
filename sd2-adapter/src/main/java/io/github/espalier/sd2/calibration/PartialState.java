package io.github.espalier.sd2.calibration;

import com.google.common.io.Closer;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.espalier.core.EspalierVersion;
import io.github.espalier.core.calibration.InputStatistics;
import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.io.StagedOutput;
import io.github.espalier.core.model.CheckpointFormatException;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.core.tensor.TensorData;
import io.github.espalier.core.tensor.TensorScope;
import io.github.espalier.sd2.safetensors.SafetensorsLayout;
import io.github.espalier.sd2.safetensors.SafetensorsWriter;
import io.github.espalier.sd2.safetensors.TensorInfo;
import io.github.espalier.sd2.safetensors.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a calibration has saved so far, in a folder beside its target: a file for each stage that is
 * complete, and one with the sums of the stage under way. Each file appears whole or not at all.
 */
final class PartialState {
  private static final String FOLDER_ENDING = ".partial";
  private static final String SUMS = "sums.safetensors";
  private static final String STAGE_KEY = "espalier.partial.stage";
  private static final String DONE_KEY = "espalier.partial.done";

  private final Path folder;
  private final CalibrationFingerprint fingerprint;
  private final StatisticsNeed need;

  PartialState(Path target, CalibrationFingerprint fingerprint, StatisticsNeed need) {
    this.folder = target.resolveSibling(target.getFileName() + FOLDER_ENDING);
    this.fingerprint = fingerprint;
    this.need = need;
  }

  private Path stageFile(int stage) {
    return folder.resolve(String.format(Locale.ROOT, "stage-%04d.safetensors", stage));
  }

  /** Refuses what another calibration saved. */
  void requireOwn() throws IOException {
    for (Path file : List.of(stageFile(0), folder.resolve(SUMS))) {
      if (Files.exists(file)) {
        openOwn(file).close();
      }
    }
  }

  private StatisticsFile openOwn(Path file) throws IOException {
    StatisticsFile found = StatisticsFile.open(file);
    String difference = found.fingerprint().differenceFrom(fingerprint);
    String version = String.valueOf(found.metadata().get(StatisticsFormat.VERSION_KEY));
    if (difference.isEmpty() && !version.equals(EspalierVersion.current())) {
      difference = "version " + version + " of Espalier";
    }
    if (!difference.isEmpty()) {
      found.close();
      throw CheckpointFormatException.of(
          file,
          "was saved by a calibration with "
              + difference
              + "; delete the folder to start anew, or choose another target");
    }
    return found;
  }

  boolean isComplete(int stage) {
    return Files.exists(stageFile(stage));
  }

  /** Opens the statistics of a stage that is complete. */
  StatisticsFile open(int stage) throws IOException {
    return openOwn(stageFile(stage));
  }

  /** Saves the sums of a stage under way, after so many captions. */
  void save(int stage, int done, List<InputGroup> groups, SumCollector sums) throws IOException {
    Map<String, String> metadata = metadata(groups);
    metadata.put(STAGE_KEY, Integer.toString(stage));
    metadata.put(DONE_KEY, Integer.toString(done));
    write(folder.resolve(SUMS), DType.F64, groups, sums, metadata);
  }

  /** Saves the statistics of a stage, as pruning will read them. */
  void complete(int stage, List<InputGroup> groups, SumCollector sums) throws IOException {
    write(stageFile(stage), DType.F32, groups, sums, metadata(groups));
    Files.deleteIfExists(folder.resolve(SUMS));
  }

  private Map<String, String> metadata(List<InputGroup> groups) {
    return StatisticsFormat.metadata(fingerprint, StatisticsFormat.layers(groups));
  }

  private void write(
      Path file,
      DType gramType,
      List<InputGroup> groups,
      SumCollector sums,
      Map<String, String> metadata)
      throws IOException {
    try (StagedOutput output = StagedOutput.file(file, true)) {
      new StatisticsWriter(need, gramType).write(output.staging(), groups, sums, metadata);
      output.commit(true);
    }
  }

  /** Puts the sums of a stage back, if some were saved; returns after how many captions. */
  int restore(int stage, List<InputGroup> groups, SumCollector sums) throws IOException {
    Path file = folder.resolve(SUMS);
    if (!Files.exists(file)) {
      return 0;
    }
    try (StatisticsFile saved = openOwn(file)) {
      if (!Integer.toString(stage).equals(saved.metadata().get(STAGE_KEY))) {
        return 0;
      }
      for (InputGroup group : groups) {
        try (TensorScope scope = new TensorScope()) {
          InputStatistics found = saved.of(group.leader(), scope).orElseThrow();
          sums.restore(group, found);
        }
      }
      return Integer.parseInt(String.valueOf(saved.metadata().get(DONE_KEY)));
    }
  }

  /** Joins all stages in one file. */
  void join(int stages, Path file) throws IOException {
    try (Closer open = Closer.create()) {
      Map<String, List<String>> layers = new LinkedHashMap<>();
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (int i = 0; i < stages; i++) {
        StatisticsFile stage = open(i);
        open.register(stage::close);
        layers.putAll(stage.layersByLeader());
        tensors.putAll(stage.tensors());
      }
      List<TensorSpec> specs = new ArrayList<>();
      tensors.forEach((name, data) -> specs.add(new TensorSpec(name, data.dtype(), data.shape())));
      SafetensorsLayout layout =
          SafetensorsLayout.modern(specs, StatisticsFormat.metadata(fingerprint, layers));
      try (SafetensorsWriter writer = SafetensorsWriter.open(file, layout)) {
        for (TensorInfo info : layout.header().tensors()) {
          writer.writeAll(info.name(), Objects.requireNonNull(tensors.get(info.name())));
        }
        writer.finish();
      }
    }
  }

  /** Forgets everything, once the target is there. */
  void delete() throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
