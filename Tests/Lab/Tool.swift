import Foundation

/// The other programs of the lab: those that fetch-servers.sh unpacked below `.build-lab-tools/`, else on
/// PATH.
enum Tool: String, CaseIterable {
  case chronyd, ntpsec, openntpd, stillclock, ip, setpriv, gnuplot, jq
  /// Collectors.
  case rsyslogd, promtool, nodeExporter, influxd, netcat, socat
  /// The Python whose packages are other people's readers of our formats; deps.sh makes it.
  case readers

  /// Where fetch-servers.sh puts it, relative to `.build-lab-tools/`. NTPsec's and OpenNTPD's are both called
  /// ntpd, so that PATH cannot tell which one it has found: those two come from the folder only.
  private var unpacked: String? {
    switch self {
    case .chronyd: "chrony/usr/sbin/chronyd"
    case .ntpsec: "ntpsec/usr/sbin/ntpd"
    case .openntpd: "openntpd/usr/sbin/ntpd"
    case .stillclock: "stillclock.so"
    case .rsyslogd: "rsyslog/usr/sbin/rsyslogd"
    case .promtool: "prometheus/usr/bin/promtool"
    case .nodeExporter: "prometheus-node-exporter/usr/bin/prometheus-node-exporter"
    case .influxd: "influxdb/usr/bin/influxd"
    case .netcat: "netcat-openbsd/bin/nc.openbsd"
    case .socat: "socat/usr/bin/socat"
    case .ip, .setpriv, .gnuplot, .jq, .readers: nil
    }
  }

  private var nameOnPath: String? {
    switch self {
    case .chronyd, .openntpd, .ip, .setpriv, .gnuplot, .jq, .promtool, .rsyslogd, .socat, .influxd: rawValue
    case .nodeExporter: "prometheus-node-exporter"
    case .netcat: "nc.openbsd"
    case .ntpsec, .stillclock, .readers: nil
    }
  }

  var isThere: Bool { location != nil }

  /// The absolute path; throws where the program is missing.
  func path() throws -> String {
    guard let location else { throw LabFailure("\(rawValue) is missing; run make deps") }
    return location
  }

  /// Program and the distribution's version of it, such as "chrony 4.3-2"; fetch-servers.sh wrote the latter
  /// down.
  func release() throws -> String {
    guard let folder = unpacked?.split(separator: "/").first else {
      throw LabFailure("\(rawValue): no release")
    }
    let file = Self.packageRoot.appendingPathComponent(".build-lab-tools/\(folder)/.complete")
    let version = try String(contentsOf: file, encoding: .utf8)
    return "\(folder) \(version.trimmingCharacters(in: .whitespacesAndNewlines))"
  }

  private var location: String? {
    if self == .readers {
      let path = Self.packageRoot.appendingPathComponent(".build-venv/bin/python").path
      return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }
    if let unpacked {
      let path = Self.packageRoot.appendingPathComponent(".build-lab-tools/\(unpacked)").path
      if FileManager.default.isReadableFile(atPath: path) { return path }
    }
    return nameOnPath.flatMap(Self.find(onPath:))
  }

  /// The folder that holds Package.swift, found from this file's place in it.
  static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Daemons live in sbin, which is not on the PATH of an ordinary user.
  static func find(onPath name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
