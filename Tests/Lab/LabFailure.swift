/// Why the lab itself, not the program under test, could not go on.
struct LabFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// A failed libc call: its name, and `errno` as it was right after it.
  init(call: String, errno code: Int32) {
    description = "\(call): \(describeErrno(code))"
  }
}
