/// What putting the first clocksource back came to.
public enum ClocksourceRestoration: Equatable, Sendable {
  /// It was the one in use.
  case unchanged
  case restored
  /// The kernel did not take it back; what is in use now, where that can be read.
  case failed(now: [UInt8]?)
}

extension ClocksourceRestoration {
  /// "the clocksource is tsc, as before", or what to type.
  public func append(first: [UInt8], to text: inout ByteWriter) {
    switch self {
    case .unchanged:
      text.append("the clocksource is still " as StaticString)
      text.append(first)
    case .restored:
      text.append("the clocksource is " as StaticString)
      text.append(first)
      text.append(" again" as StaticString)
    case .failed(let now):
      text.append("THE CLOCKSOURCE " as StaticString)
      text.append(first)
      text.append(" COULD NOT BE RESTORED" as StaticString)
      if let now {
        text.append("; it is " as StaticString)
        text.append(now)
      }
      text.append("; as root: echo " as StaticString)
      text.append(first)
      text.append(" > " as StaticString)
      text.append("/sys/devices/system/clocksource/clocksource0/current_clocksource" as StaticString)
    }
  }
}

/// What `--switch` did.
public struct ClockSwitching: Sendable {
  /// A clocksource that is on the list and could not be had.
  public struct Failure: Sendable {
    public var clocksource: String
    public var reason: Reason

    public init(_ clocksource: [UInt8], _ reason: Reason) {
      self.clocksource = String(decoding: clocksource, as: UTF8.self)
      self.reason = reason
    }
  }

  public enum Reason: Sendable {
    /// errno of the write.
    case refused(Int32)
    /// The kernel said yes, and kept this one.
    case kept(String)
    /// Somebody else switched to this one meanwhile; nothing more was written.
    case changed(String)
    case guardianDied
  }

  /// In use before and, unless `restoration` says otherwise, after.
  public var first: [UInt8]
  public var failures: [Failure] = []
  public var restoration = ClocksourceRestoration.unchanged

  public init(first: [UInt8]) { self.first = first }

  public var isRestored: Bool {
    if case .failed = restoration { false } else { true }
  }
}

extension ByteWriter {
  /// "the kernel refused it: Invalid argument"
  public mutating func append(_ reason: ClockSwitching.Reason) {
    switch reason {
    case .refused(let code):
      append("the kernel refused it: " as StaticString)
      append(systemError: code)
    case .kept(let other):
      append("the kernel kept " as StaticString)
      append(printable: other)
    case .changed(let other):
      append("somebody else switched to " as StaticString)
      append(printable: other)
      append("; no further one was tried" as StaticString)
    case .guardianDied: append("the guardian died; no further one was tried" as StaticString)
    }
  }

  /// A member `switch`.
  mutating func member(_ switching: ClockSwitching) {
    openObject("switch")
    member("first", text: String(decoding: switching.first, as: UTF8.self))
    openArray("failures")
    for failure in switching.failures {
      openObject()
      member("clocksource", text: failure.clocksource)
      member("why") { $0.append(failure.reason) }
      closeObject()
    }
    closeArray()
    switch switching.restoration {
    case .unchanged: member("state", word: "unchanged")
    case .restored: member("state", word: "restored")
    case .failed(let now):
      member("state", word: "failed")
      if let now { member("now", text: String(decoding: now, as: UTF8.self)) }
    }
    closeObject()
  }
}
