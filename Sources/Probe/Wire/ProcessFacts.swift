/// What of a process's files below /proc matters for a clock.
enum ProcessFacts {
  /// CAP_SYS_TIME (capabilities(7), linux/capability.h).
  static let sysTime: UInt64 = 1 << 25

  /// `PPid` and `CapEff` of /proc/PID/status.
  static func status(_ text: ByteText) -> (parent: Int64?, capabilities: UInt64?) {
    var parent: Int64?
    var capabilities: UInt64?
    text.forEachLine { line in
      if let value = line.dropping("PPid:") { parent = value.trimmed.decimal }
      if let value = line.dropping("CapEff:") { capabilities = value.trimmed.hexadecimal }
    }
    return (parent, capabilities)
  }

  /// /proc/PID/uid_map of the first user namespace: all numbers onto themselves (user_namespaces(7)).
  static func isFirstUserNamespace(_ text: ByteText) -> Bool {
    let words = text.line.parts(0x20)
    return words.count == 3 && words[0].is("0") && words[1].is("0") && words[2].is("4294967295")
  }
}

/// How far a time namespace moves the clocks of those in it (time_namespaces(7)): REALTIME not at all.
public struct TimeShift: Equatable, Sendable {
  /// Of MONOTONIC, MONOTONIC_COARSE and MONOTONIC_RAW against the kernel's first namespace.
  public var monotonic = Nanoseconds.zero
  /// Of BOOTTIME.
  public var boottime = Nanoseconds.zero

  public init(monotonic: Nanoseconds = .zero, boottime: Nanoseconds = .zero) {
    self.monotonic = monotonic
    self.boottime = boottime
  }

  /// /proc/PID/timens_offsets: `monotonic 86400 0`, `boottime 604800 0`: seconds and nanoseconds; on older kernels the
  /// clocks stand there by number.
  init(_ text: ByteText) {
    text.forEachLine { line in
      let words = line.parts(0x20)
      guard words.count == 3, let seconds = words[1].decimal, let rest = words[2].decimal,
        (-9_000_000_000...9_000_000_000).contains(seconds), (0..<1_000_000_000).contains(rest)
      else { return }
      let shift = Nanoseconds(seconds * 1_000_000_000 + rest)
      if words[0].is("monotonic") || words[0].is("1") { monotonic = shift }
      if words[0].is("boottime") || words[0].is("7") { boottime = shift }
    }
  }
}
