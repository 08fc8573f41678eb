import CShim

/// A file descriptor that is owned once and closed once.
public struct Descriptor: ~Copyable {
  public let number: Int32

  /// Takes over what the shim opened; throws what it said.
  init(_ call: StaticString, opened result: Int32) throws(SystemError) {
    number = try SystemError.check(call, result)
  }

  deinit { _ = tp_close(number) }
}
