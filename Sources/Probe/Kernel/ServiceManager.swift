import CShim

/// Tells whoever manages this service how it is (sd_notify(3)). Without a manager nothing happens.
public final class ServiceManager {
  private let path: [UInt8]?
  /// How often it wants a sign of life: half of what it allows; nil: it does not.
  public let watchdog: Nanoseconds?

  public init() {
    path = Host.variable("NOTIFY_SOCKET").map { Array($0.utf8) }
    let meant = Self.number("WATCHDOG_PID")
    let limit = Self.number("WATCHDOG_USEC") ?? 0
    watchdog =
      limit > 0 && (meant ?? Host.process) == Host.process ? Nanoseconds.microseconds(limit).half : nil
  }

  private static func number(_ name: String) -> Int64? {
    Host.variable(name).flatMap { UserFiles.number(Array($0.utf8)[...]) }.map { Int64($0) }
  }

  /// - Parameter text: assignments, a line each
  public func tell(_ text: [UInt8]) {
    guard let path else { return }
    FileWorld.withPath(path) { name in
      text.withUnsafeBytes { bytes in
        if let base = bytes.baseAddress { _ = tp_notify(name, base, Int64(bytes.count)) }
      }
    }
  }

  public func tell(_ text: StaticString) { tell(text.ascii) }
}
