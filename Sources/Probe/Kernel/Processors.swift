import CShim

/// On which processors this thread may run.
public enum Processors {
  /// Their numbers in order; nil where the kernel does not tell.
  public static var allowed: [Int]? {
    var mask = [UInt8](repeating: 0, count: 1024)
    let count = mask.withUnsafeMutableBufferPointer {
      tp_allowed_processors($0.baseAddress!, Int64($0.count))
    }
    guard count > 0 else { return nil }
    var numbers: [Int] = []
    for index in 0..<min(Int(count), mask.count) where mask[index] != 0 {
      for bit in 0..<8 where mask[index] & (1 << UInt8(bit)) != 0 { numbers.append(index * 8 + bit) }
    }
    return numbers
  }

  /// This thread, from now on.
  public static func run(on processor: Int) throws(SystemError) {
    _ = try SystemError.check("sched_setaffinity", tp_run_on(Int32(truncatingIfNeeded: processor)))
  }
}
