/// Why a clock is not read, or not believed, in words.
extension ByteWriter {
  /// "permission denied (errno 13): the right to read its device file is missing"
  public mutating func append(_ reason: ClockReason) {
    switch reason {
    case .words(let words): append(words)
    case .call(let call, let code):
      append(call)
      append(": " as StaticString)
      append(clockError: code)
    case .right(let call, let code):
      append(call)
      append(": " as StaticString)
      append(clockError: code)
      append("; missing: " as StaticString)
      append(
        code == 1
          ? "a container's right to the device, or a system call that seccomp forbids" as StaticString
          : "root, or the right to read its device file" as StaticString)
    }
  }

  /// What devices fail with; the numbers are those of asm-generic/errno-base.h and errno.h.
  private mutating func append(clockError code: Int32) {
    guard let words = Self.clockError(code) else { return append(systemError: code) }
    append(words)
    append(" (errno " as StaticString)
    append(Int64(code))
    append(byte: UInt8(ascii: ")"))
  }

  private static func clockError(_ code: Int32) -> StaticString? {
    switch code {
    case 2: "not there"
    case 5: "input or output error"
    case 6, 19: "no such device"
    case 14: "it cannot be read"
    case 16: "in use by somebody else"
    case 25: "not a device of that kind"
    case 38: "this kernel has no such call"
    case 95: "its driver does not support it"
    default: nil
    }
  }

  /// Parts per million with six decimals: "-0.000012".
  mutating func append(ppm rate: Rate) {
    let parts = rate.partsPerTrillion
    if parts < 0 { append(byte: UInt8(ascii: "-")) }
    append(parts.magnitude / 1_000_000)
    append(byte: UInt8(ascii: "."))
    append(parts.magnitude % 1_000_000, digits: 6)
  }

  /// Hertz with three decimals.
  mutating func append(hertz frequency: Double) {
    guard frequency >= 0, frequency < 9e15 else { return append(byte: UInt8(ascii: "0")) }
    let thousandths = UInt64(frequency * 1000 + 0.5)
    append(thousandths / 1000)
    append(byte: UInt8(ascii: "."))
    append(thousandths % 1000, digits: 3)
  }
}

extension ClockReason {
  /// ENOENT.
  public static let notThere: Int32 = 2

  public var code: Int32? {
    switch self {
    case .words: nil
    case .call(_, let code), .right(_, let code): code
    }
  }
}

extension ClockEntry {
  /// How many times as fast as it should be: 1 + rate; nil without a rate.
  public var speed: Double? { rate.map { 1 + Double($0.best.partsPerTrillion) * 1e-12 } }
}
