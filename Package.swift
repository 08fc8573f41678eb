// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// The shipped binary: TIMEPROBE_EMBEDDED=1 builds the same source as Embedded Swift, fully static.
let embedded = Context.environment["TIMEPROBE_EMBEDDED"] == "1"
/// TIMEPROBE_FUZZ=1 adds the fuzz targets, which link libFuzzer and its sanitizer.
let fuzzing = Context.environment["TIMEPROBE_FUZZ"] == "1"

/// For the code under test too: libFuzzer looks for inputs that reach new code.
let fuzzSettings: [SwiftSetting] =
  fuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])] : []

/// Embedded Swift has no reflection, no untyped throws, no unconstrained existentials.
/// The regular build warns of what it can see; only the embedded build proves it.
/// Its runtime has empty functions where exclusive access is checked while the program runs: they would be
/// called for nothing. The regular build, which the tests use, does check.
/// A section for each function lets the linker drop what nobody calls.
let probeSettings: [SwiftSetting] =
  embedded
  ? [
    .enableExperimentalFeature("Embedded"),
    .unsafeFlags([
      "-wmo", "-Osize", "-enforce-exclusivity=unchecked", "-Xfrontend", "-function-sections",
    ]),
  ]
  : [.unsafeFlags(["-Wwarning", "EmbeddedRestrictions"])]

/// The folder of the compiler that runs this manifest's build; asked of the compiler, never written down.
func toolchainResources() -> (resources: String, triple: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["swiftc", "-print-target-info"]
  let pipe = Pipe()
  process.standardOutput = pipe
  do {
    try process.run()
  } catch {
    fatalError("swiftc is not on PATH: \(error)")
  }
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
    let paths = root["paths"] as? [String: Any],
    let target = root["target"] as? [String: Any],
    let resources = paths["runtimeResourcePath"] as? String,
    let triple = target["moduleTriple"] as? String
  else { fatalError("swiftc -print-target-info has no runtimeResourcePath") }
  return (resources, triple)
}

/// `--icf` folds equal functions, `-s` strips: together a third of the size.
/// What runs together lies together (packaging/scripts/order.py): less of the file becomes resident.
/// String comparison needs the Unicode tables, which the embedded standard library keeps apart.
func staticLinkFlags() -> [LinkerSetting] {
  let toolchain = toolchainResources()
  let tables = "\(toolchain.resources)/embedded/\(toolchain.triple)/libswiftUnicodeDataTables.a"
  // For those who want to look into it.
  let strip = Context.environment["TIMEPROBE_SYMBOLS"] == "1" ? [] : ["-Xlinker", "-s"]
  let order = "--symbol-ordering-file=\(Context.packageDirectory)/packaging/functions.order"
  return [
    .unsafeFlags(
      [
        "-static-executable", "-use-ld=lld", "-Xlinker", order, "-Xlinker", "--no-warn-symbol-ordering",
        "-Xlinker",
        "--icf=all", "-Xlinker", "--gc-sections", "-Xlinker",
        tables,
      ]
        + strip
    )
  ]
}

var targets: [Target] = [
  .target(
    name: "CShim",
    cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
    linkerSettings: [.linkedLibrary("cap")]),
  .target(name: "Probe", dependencies: ["CShim"], swiftSettings: probeSettings + fuzzSettings),
  .executableTarget(
    name: "timeprobe", dependencies: ["Probe"], swiftSettings: probeSettings,
    linkerSettings: embedded ? staticLinkFlags() : []),
]

if !embedded {
  targets += [
    .testTarget(
      name: "ProbeTests", dependencies: ["Probe", "SwitchFixture"], path: "Tests/ProbeTests",
      exclude: ["Record/validate.py", "Record/records.golden.jsonl"]),
    // Switches the clocksource of a folder of files, to be killed by a test.
    .executableTarget(name: "SwitchFixture", dependencies: ["Probe"], path: "Tests/SwitchFixture"),
    .testTarget(name: "SimulationTests", dependencies: ["Probe"], path: "Tests/Simulation"),
    .testTarget(name: "LabTests", path: "Tests/Lab", exclude: ["fetch-servers.sh", "collector.py"]),
  ]
}

/// Tests/Fuzz/run.sh builds and runs them. The gold linker dies on the sanitizer's symbols.
if fuzzing {
  targets.append(.target(name: "FuzzDriver", path: "Tests/Fuzz/Driver", swiftSettings: fuzzSettings))
  for name in [
    "Packet", "ControlMessage", "Address", "Arguments", "RecordedLine", "Configuration", "StreamLine",
  ] {
    targets.append(
      .executableTarget(
        name: "Fuzz\(name)", dependencies: ["FuzzDriver", "Probe"], path: "Tests/Fuzz/\(name)",
        swiftSettings: fuzzSettings,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]))
  }
}

let package = Package(
  name: "timeprobe",
  products: [.executable(name: "timeprobe", targets: ["timeprobe"])],
  targets: targets,
  swiftLanguageModes: [.v6]
)
