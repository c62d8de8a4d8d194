package io.github.espalier.examples.study.report;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Chromium without a window and without a network. Program and driver are those of the {@code
 * PATH}, or of the system properties {@code espalier.chromium} and {@code espalier.chromedriver}.
 */
final class Browser implements AutoCloseable {
  private static final List<String> PROGRAMS =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts it. Fails if there is none: whoever asks for these tests wants them run. */
  static Browser open() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find("espalier.chromium", PROGRAMS));
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(find("espalier.chromedriver", List.of("chromedriver")))
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static File find(String property, List<String> names) {
    String given = System.getProperty(property);
    if (given != null) {
      return new File(given);
    }
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return names.stream()
        .flatMap(
            name -> Arrays.stream(path.split(File.pathSeparator)).map(at -> Path.of(at, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "none of "
                        + String.join(", ", names)
                        + " is in the PATH: install Chromium with its driver, or name the program"
                        + " by -D"
                        + property))
        .toFile();
  }

  /** Opens a page in a viewport, as if the reader preferred a colour scheme. */
  void show(Path page, int width, boolean dark) {
    int height = 800;
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    driver.get(page.toUri().toString());
  }

  /** Runs the body of a function in the page. */
  Object ask(String script) {
    return Objects.requireNonNull(driver.executeScript(script), "the script returned nothing");
  }

  /** What the script gives as a list of texts. */
  List<String> list(String script) {
    return ((List<?>) ask(script)).stream().map(Object::toString).toList();
  }

  /** Messages of the console since the last call. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Everything that was requested since the last call, as DevTools tell it. */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> message.contains("\"Network.requestWillBeSent\""))
        .toList();
  }

  /** Stores a picture of the page down to a height. */
  void picture(Path file, int width, int height) throws IOException {
    Map<String, Object> answer =
        driver.executeCdpCommand(
            "Page.captureScreenshot",
            Map.of(
                "format", "png",
                "captureBeyondViewport", true,
                "clip", Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)));
    Files.write(file, Base64.getDecoder().decode((String) answer.get("data")));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
