package io.github.espalier.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** The arrows between modules and packages, and who may call ND4J. */
@AnalyzeClasses(
    packages = "io.github.espalier",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  private static final String CORE = "io.github.espalier.core..";
  private static final String METHODS = "io.github.espalier.methods..";
  private static final String SD2 = "io.github.espalier.sd2..";
  private static final String METRICS = "io.github.espalier.metrics..";
  private static final String EXAMPLES = "io.github.espalier.examples..";

  @ArchTest static final ArchRule coreKnowsNoOtherModule = nothingFrom(CORE, METHODS, SD2, METRICS);

  @ArchTest static final ArchRule methodsKnowCoreOnly = nothingFrom(METHODS, SD2, METRICS);

  @ArchTest static final ArchRule sd2KnowsCoreOnly = nothingFrom(SD2, METHODS, METRICS);

  @ArchTest static final ArchRule metricsKnowNoMethods = nothingFrom(METRICS, METHODS);

  @ArchTest
  static final ArchRule nothingKnowsTheExamples =
      noClasses()
          .that()
          .resideOutsideOfPackage(EXAMPLES)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(EXAMPLES);

  @ArchTest static final ArchRule corePackagesHaveNoCycles = noCycles("core");

  @ArchTest static final ArchRule methodPackagesHaveNoCycles = noCycles("methods");

  @ArchTest static final ArchRule sd2PackagesHaveNoCycles = noCycles("sd2");

  @ArchTest static final ArchRule metricsPackagesHaveNoCycles = noCycles("metrics");

  @ArchTest static final ArchRule examplePackagesHaveNoCycles = noCycles("examples");

  /** ND4J has traps, so a handful of classes in one package calls it; programs are users. */
  @ArchTest
  static final ArchRule onlyTheTensorFacadeCallsNd4j =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.github.espalier.core.tensor..", EXAMPLES)
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are of ND4J, but not its arrays", HouseTest::isNd4jBeyondArrays));

  /** Calls of native code are at most as safe as the bounds checks around them. */
  @ArchTest
  static final ArchRule onlyTheTensorFacadeCallsNativeCode =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.github.espalier.core.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  /** Calls through the array type itself are few, and named here. */
  @ArchTest
  static final ArchRule fewClassesHandleArrays =
      classes()
          .that()
          .resideInAPackage("io.github.espalier..")
          .and(
              DescribedPredicate.describe(
                  "use ND4J's arrays",
                  each ->
                      each.getDirectDependenciesFromSelf().stream()
                          .anyMatch(
                              use -> use.getTargetClass().getPackageName().startsWith("org.nd4j"))))
          .should()
          .resideInAnyPackage(
              "io.github.espalier.core.tensor..",
              "io.github.espalier.core.method..",
              "io.github.espalier.core.mask..",
              "io.github.espalier.core.prune..",
              "io.github.espalier.core.selection..",
              METHODS,
              "io.github.espalier.examples.api..");

  @ArchTest
  static final ArchRule internalsOfCoreStayInCore =
      noClasses()
          .that()
          .resideOutsideOfPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.espalier.core.internal..");

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses classes) {
    List<String> unmarked = new ArrayList<>();
    for (JavaPackage each : classes.getPackage("io.github.espalier").getSubpackagesInTree()) {
      boolean hasClasses =
          each.getClasses().stream().anyMatch(type -> !type.getSimpleName().equals("package-info"));
      if (hasClasses && !each.isAnnotatedWith(NullMarked.class)) {
        unmarked.add(each.getName());
      }
    }
    assertThat(unmarked).isEmpty();
  }

  private static ArchRule nothingFrom(String module, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(module)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true);
  }

  private static ArchRule noCycles(String module) {
    return slices()
        .matching("io.github.espalier." + module + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true);
  }

  private static boolean isNd4jBeyondArrays(JavaClass type) {
    return type.getPackageName().startsWith("org.nd4j")
        && !type.getPackageName().equals("org.nd4j.linalg.api.ndarray");
  }
}
