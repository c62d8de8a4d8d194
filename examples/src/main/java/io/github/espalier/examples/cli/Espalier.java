package io.github.espalier.examples.cli;

import io.github.espalier.core.calibration.StatisticsNeed;
import io.github.espalier.core.model.RewriteOptions.StorageFormat;
import io.github.espalier.core.prune.Cancellation;
import io.github.espalier.core.sparsity.Sparsity;
import io.github.espalier.core.sparsity.SparsityPattern.ConvolutionLayout;
import io.github.espalier.core.tensor.DType;
import io.github.espalier.examples.study.plan.StudyPart;
import io.github.espalier.examples.study.plan.WantedScores;
import io.github.espalier.metrics.clip.ClipFraming;
import io.github.espalier.metrics.protocol.FidProtocol;
import io.github.espalier.sd2.calibration.StepWeights;
import io.github.espalier.sd2.calibration.TextStates;
import io.github.espalier.sd2.safetensors.VerdictMode;
import io.github.espalier.sd2.scheduler.PredictionType;
import io.github.espalier.sd2.scheduler.TimestepSpacing;
import io.github.espalier.sd2.tokenizer.BangPolicy;
import io.github.espalier.sd2.tokenizer.TextCleaning;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code espalier} program. */
@Command(
    name = "espalier",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Prunes Stable Diffusion 2 checkpoints after training, and makes images with them.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "'espalier help COMMAND' explains a command. To begin: espalier demo",
    })
@SuppressWarnings("NullAway.Init")
public final class Espalier implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  boolean debug;

  private Espalier() {}

  /** Without a command, shows the commands. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitStatus.USAGE;
  }

  /**
   * Runs the program, and ends the virtual machine with its exit status.
   *
   * @param args command and options
   */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    Cancellation cancellation = new Cancellation();
    Interruption interruption = Interruption.cancelling(cancellation);
    Session session = new Session(cancellation, Terminal.ofStandardError());
    CommandLine commandLine = commandLine(session);
    commandLine.setOut(new PrintWriter(System.out, true, Charset.defaultCharset()));
    commandLine.setErr(new PrintWriter(System.err, true, Charset.defaultCharset()));
    int status = commandLine.execute(args);
    interruption.workDone();
    System.exit(status);
  }

  static CommandLine commandLine(Session session) {
    Espalier root = new Espalier();
    CommandLine commandLine = new CommandLine(root);
    commandLine
        .addSubcommand(new PruneCommand(session))
        .addSubcommand(new CalibrateCommand(session))
        .addSubcommand(new InspectCommand(session))
        .addSubcommand(new VerifyCommand())
        .addSubcommand(new DiffCommand(session))
        .addSubcommand(new ConvertCommand(session))
        .addSubcommand(new ConvertWeightsCommand(session))
        .addSubcommand(new SynthesizeCommand(session))
        .addSubcommand(new TokenizeCommand())
        .addSubcommand(new GenerateCommand(session))
        .addSubcommand(new CaptionsCommand())
        .addSubcommand(new FeaturesCommand(session))
        .addSubcommand(new FidCommand(session))
        .addSubcommand(new ClipScoreCommand(session))
        .addSubcommand(new StudyCommand(session))
        .addSubcommand(new FindThresholdCommand(session))
        .addSubcommand(new SearchCommand(session))
        .addSubcommand(new StudySparkCommand(session))
        .addSubcommand(new DemoCommand(session))
        .addSubcommand(
            new CommandLine(new BenchCommand())
                .addSubcommand(new BenchPruneCommand(session))
                .addSubcommand(new BenchUnetCommand(session))
                .addSubcommand(new BenchCalibratedCommand(session))
                .addSubcommand(new BenchInceptionCommand(session))
                .addSubcommand(new BenchFrechetCommand()))
        .addSubcommand(new MethodsCommand())
        .addSubcommand(new BackendsCommand())
        .addSubcommand("completion", new GenerateCompletion(), "generate-completion")
        .addSubcommand(new HelpCommand());
    commandLine
        .registerConverter(Sparsity.class, text -> Conversions.convert(text, Sparsity::parse))
        .registerConverter(ClipFraming.class, EnumConverter.of(ClipFraming.class))
        .registerConverter(StorageFormat.class, EnumConverter.of(StorageFormat.class))
        .registerConverter(VerdictMode.class, EnumConverter.of(VerdictMode.class))
        .registerConverter(ConvolutionLayout.class, EnumConverter.of(ConvolutionLayout.class))
        .registerConverter(TimestepSpacing.class, EnumConverter.of(TimestepSpacing.class))
        .registerConverter(PredictionType.class, EnumConverter.of(PredictionType.class))
        .registerConverter(TextCleaning.class, EnumConverter.of(TextCleaning.class))
        .registerConverter(StudyPart.class, EnumConverter.of(StudyPart.class))
        .registerConverter(
            CalibrateCommand.Part.class, EnumConverter.of(CalibrateCommand.Part.class))
        .registerConverter(
            StatisticsNeed.class,
            new EnumConverter<>(List.of(StatisticsNeed.MOMENTS, StatisticsNeed.GRAM)))
        .registerConverter(StepWeights.Course.class, EnumConverter.of(StepWeights.Course.class))
        .registerConverter(TextStates.class, EnumConverter.of(TextStates.class))
        .registerConverter(FidProtocol.class, EnumConverter.of(FidProtocol.class))
        .registerConverter(
            WantedScores.Distance.class, EnumConverter.of(WantedScores.Distance.class))
        .registerConverter(BangPolicy.class, EnumConverter.of(BangPolicy.class))
        .registerConverter(DType.class, new EnumConverter<>(List.of(DType.F16, DType.F32)))
        .setParameterExceptionHandler(Failures::onUsageError)
        .setExecutionStrategy(new FailureReporting(() -> root.debug));
    return commandLine;
  }
}
