import Foundation
import Testing

@testable import Probe

/// Against allantools, which others trust, on random data.
@Suite struct StabilityReaderTests {
  static let python = Validator.root.appendingPathComponent(".build-venv/bin/python").path
  /// Under CI=true it runs whatever is installed, so that what is missing fails it.
  static let canRun =
    ProcessInfo.processInfo.environment["CI"] == "true"
    || FileManager.default.isExecutableFile(atPath: python)

  /// ADEV, overlapping ADEV, MDEV, TDEV, HDEV, overlapping HDEV, MTIE: one line a tau.
  static let script = """
    import allantools, sys
    x = [int(line) * 1e-9 for line in open(sys.argv[1])]
    for m in map(int, sys.argv[2:]):
        def one(function):
            return function(x, rate=1.0, data_type="phase", taus=[m])[1][0]
        print(*(repr(float(one(f))) for f in (allantools.adev, allantools.oadev, allantools.mdev, allantools.tdev,
                                      allantools.hdev, allantools.ohdev, allantools.mtie)))
    """

  @Test(.enabled(if: canRun), arguments: 0..<3)
  func asAllantoolsSays(_ seed: Int) throws {
    var noise = PhaseNoise(seed: 50 + UInt64(seed))
    let phases = noise.phases(3000)
    let series = PhaseSeries(phases, every: .seconds(1))
    let taus = [1, 2, 7, 30, 256, 700]
    let said = try run(phases, taus)
    #expect(said.count == taus.count)
    for (m, their) in zip(taus, said) {
      let own = [
        series.allan(m, stride: m)?.value, series.allan(m)?.value, series.modifiedAllan(m)?.value,
        series.time(m).map { $0.value * 1e-9 }, series.hadamard(m, stride: m)?.value,
        series.hadamard(m)?.value, series.peak(m).map { Double($0.count) * 1e-9 },
      ]
      #expect(their.count == own.count)
      for (mine, theirs) in zip(own, their) {
        #expect((try #require(mine) / theirs - 1).magnitude < 1e-6, "tau \(m): \(mine ?? 0), \(theirs)")
      }
    }
  }

  private func run(_ phases: [Nanoseconds], _ taus: [Int]) throws -> [[Double]] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(phases.map { "\($0.count)\n" }.joined().utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.python)
    process.arguments = ["-c", Self.script, file.path] + taus.map(String.init)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
  }
}
