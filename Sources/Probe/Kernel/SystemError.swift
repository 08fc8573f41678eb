import CShim

/// A system call that failed: which, and errno.
public struct SystemError: Error, Equatable, Sendable {
  public var call: StaticString
  /// errno, positive.
  public var code: Int32

  public init(_ call: StaticString, _ code: Int32) {
    self.call = call
    self.code = code
  }

  /// Turns the shim's convention (below zero is -errno) into a value or a throw.
  @inline(__always)
  static func check(_ call: StaticString, _ result: Int32) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(call, -result) }
    return result
  }

  @inline(__always)
  static func check(_ call: StaticString, _ result: Int64) throws(SystemError) -> Int {
    guard result >= 0 else { throw SystemError(call, Int32(truncatingIfNeeded: -result)) }
    return Int(result)
  }

  /// The kernel's words: "Connection refused".
  public static func text(_ code: Int32) -> String { String(cString: tp_error_text(code)) }

  public static func == (a: SystemError, b: SystemError) -> Bool { a.code == b.code }

  // asm-generic/errno-base.h, asm-generic/errno.h: the same on every architecture we build for.
  public static let interrupted: Int32 = 4
  public static let tryAgain: Int32 = 11
  public static let noMemory: Int32 = 12
  public static let accessDenied: Int32 = 13
  public static let notPermitted: Int32 = 1
  public static let brokenPipe: Int32 = 32
  public static let noBufferSpace: Int32 = 105
}
