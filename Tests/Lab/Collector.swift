import Foundation

/// collector.py, up and listening. Killed with the object.
final class Collector {
  enum Place {
    case tcp(String, UInt16)
    case unix(String)
    case udp(String, UInt16)

    fileprivate var words: [String] {
      switch self {
      case .tcp(let host, let port): ["tcp", "\(host):\(port)"]
      case .unix(let path): ["unix", path]
      case .udp(let host, let port): ["udp", "\(host):\(port)"]
      }
    }
  }

  let child: Child
  let out: String

  static let script = Tool.packageRoot.appendingPathComponent("Tests/Lab/collector.py").path

  /// - Parameter slow: bytes a second
  init(_ place: Place, to out: String, slow: Int? = nil, in namespace: Namespace? = nil) throws {
    if case .unix(let path) = place { unlink(path) }
    let command =
      ["python3", "-B", Self.script] + place.words + [out] + (slow.map { ["--slow", "\($0)"] } ?? [])
    child = try Child(namespace?.command(command) ?? command)
    self.out = out
    let child = child
    try eventually("a collector: \(child.stderr)", within: .seconds(20)) {
      guard child.isRunning else { throw LabFailure("the collector ended: \(child.stderr)") }
      return child.stdout.contains("ready")
    }
  }

  deinit { child.kill() }

  func records() throws -> ServiceRecords {
    ServiceRecords(all: try Timeprobe.parse(lines: Service.wholeLines(out)))
  }

  /// A TCP port that nobody has.
  static func freePort(_ host: String = "127.0.0.1", in namespace: Namespace? = nil) throws -> UInt16 {
    let script = "import socket; s = socket.socket(); s.bind(('\(host)', 0)); print(s.getsockname()[1])"
    let command = ["python3", "-c", script]
    let said = try Child.check(namespace?.command(command) ?? command)
    guard let port = UInt16(said.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw LabFailure("no free port: \(said)")
    }
    return port
  }
}
