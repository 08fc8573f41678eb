import Synchronization

/// One packet of memory, for a fault that is `Sendable`.
final class PreviousReply: Sendable {
  private let bytes = Mutex<[UInt8]?>(nil)

  /// Keeps `new`, returns what it kept before.
  func exchange(_ new: [UInt8]) -> [UInt8]? {
    bytes.withLock { bytes in
      defer { bytes = new }
      return bytes
    }
  }
}
