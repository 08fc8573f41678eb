/// passwd(5) and group(5), read by hand: a static program has no name service to ask.
public enum UserFiles {
  /// The numbers of the user of that name in /etc/passwd; nil: there is none.
  public static func user(_ name: [UInt8], in passwd: [UInt8]) -> (user: UInt32, group: UInt32)? {
    guard let fields = line(name, in: passwd, 4), let user = number(fields[2]), let group = number(fields[3])
    else { return nil }
    return (user, group)
  }

  /// The number of the group of that name in /etc/group; nil: there is none.
  public static func group(_ name: [UInt8], in text: [UInt8]) -> UInt32? {
    line(name, in: text, 3).flatMap { number($0[2]) }
  }

  /// A decimal number below 2^32 - 1, which means nobody (chown(2)); nil: it is none.
  public static func number(_ text: ArraySlice<UInt8>) -> UInt32? {
    guard !text.isEmpty, text.count <= 10 else { return nil }
    var value: UInt64 = 0
    for byte in text {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + UInt64(byte - 0x30)
    }
    return value < UInt64(UInt32.max) ? UInt32(value) : nil
  }

  private static func line(_ name: [UInt8], in text: [UInt8], _ least: Int) -> [ArraySlice<UInt8>]? {
    for line in text.split(separator: 0x0a) {
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if fields.count >= least, !name.isEmpty, fields[0].elementsEqual(name) { return fields }
    }
    return nil
  }
}
