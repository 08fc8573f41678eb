import CShim

/// The battery-backed clock, in whole seconds: /dev/rtcN, or, where that may not be opened, what /sys says of it.
public final class RealTimeClock {
  private let file: Descriptor
  public let isDevice: Bool

  /// Throws what the device said where /sys does not help.
  public init(device: String, sinceEpoch: String) throws(SystemError) {
    let refusal: SystemError
    do throws(SystemError) {
      file = try Device.open(device)
      isDevice = true
      return
    } catch {
      refusal = error
    }
    guard let opened = try? Descriptor("open", opened: sinceEpoch.withCString { tp_open($0, tp_open_device) })
    else { throw refusal }
    file = opened
    isDevice = false
  }

  /// Seconds since 1970, taken for UTC.
  public func read() throws(SystemError) -> Int64 {
    guard !isDevice else {
      var time = tp_rtc_time()
      _ = try SystemError.check("RTC_RD_TIME", tp_rtc_read(file.number, &time))
      let field = time.field
      let seconds = CivilTime.seconds(
        year: Int64(field.0), month: Int64(field.1), day: Int64(field.2), hour: Int64(field.3),
        minute: Int64(field.4), second: Int64(field.5))
      guard let seconds else { throw SystemError("RTC_RD_TIME", 22) }
      return seconds
    }
    var bytes = [UInt8](repeating: 0, count: 32)
    let number = file.number
    let count = try SystemError.check(
      "read", bytes.withUnsafeMutableBytes { tp_pread(number, $0.baseAddress!, Int64($0.count), 0) })
    return try Self.seconds(bytes[..<count])
  }

  private static func seconds(_ text: ArraySlice<UInt8>) throws(SystemError) -> Int64 {
    var value: Int64 = 0
    let digits = text.prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard !digits.isEmpty, digits.count <= 12 else { throw SystemError("since_epoch", 22) }
    for digit in digits { value = value * 10 + Int64(digit - 0x30) }
    return value
  }
}
