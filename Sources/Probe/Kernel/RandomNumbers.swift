import CShim

/// Numbers that nobody can foresee, from the kernel's generator, fetched 32 at a time.
public final class RandomNumbers {
  private var numbers = [UInt64](repeating: 0, count: 32)
  private var left = 0

  public init() {}

  public func next() -> UInt64 {
    if left == 0 {
      // Up to 256 bytes getrandom(2) gives whole or not at all, and it does not fail once the machine has booted.
      let result = numbers.withUnsafeMutableBytes { tp_random($0.baseAddress!, Int64($0.count)) }
      precondition(Int(result) == 8 * numbers.count, "getrandom(2) failed")
      left = numbers.count
    }
    left -= 1
    defer { numbers[left] = 0 }
    return numbers[left]
  }
}
