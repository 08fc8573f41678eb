import CShim

/// A PTP hardware clock, /dev/ptpN, by the best of the ways that its driver knows.
public final class PTPClock {
  private let file: Descriptor
  public private(set) var way: Way

  public enum Way: UInt8, Sendable {
    /// PTP_SYS_OFFSET_PRECISE: both clocks at one moment, by the driver's word.
    case precise
    /// PTP_SYS_OFFSET_EXTENDED with CLOCK_MONOTONIC_RAW (Linux 6.12).
    case extendedRaw
    /// PTP_SYS_OFFSET_EXTENDED; the system's readings are of REALTIME.
    case extended
    /// PTP_SYS_OFFSET, likewise; the whole call to the driver lies between them.
    case plain
  }

  public enum Stamp: Sendable {
    case precise(device: Int64, realtime: Instant<Realtime>, raw: Instant<Raw>)
    case raw(before: Instant<Raw>, device: Int64, after: Instant<Raw>)
    case realtime(before: Instant<Realtime>, device: Int64, after: Instant<Realtime>)
  }

  public init(path: String) throws(SystemError) {
    file = try Device.open(path)
    way = .precise
  }

  /// Reads it once. At the first call the ways are tried from the best on; what a driver says of the last is thrown.
  public func read() throws(SystemError) -> Stamp {
    while true {
      do throws(SystemError) { return try read(way) } catch {
        // A way that worked once and fails is an answer, and not worth a worse way.
        guard !hasAnswered, let next = Way(rawValue: way.rawValue + 1) else { throw error }
        way = next
      }
    }
  }

  private var hasAnswered = false

  private func read(_ way: Way) throws(SystemError) -> Stamp {
    let stamp: Stamp
    switch way {
    case .precise:
      var cross = tp_ptp_cross()
      _ = try SystemError.check("PTP_SYS_OFFSET_PRECISE", tp_ptp_precise(file.number, &cross))
      stamp = .precise(
        device: cross.device, realtime: Instant(nanoseconds: cross.realtime),
        raw: Instant(nanoseconds: cross.raw))
    case .extendedRaw:
      let one = try extended(SystemClock.raw.id)
      stamp = .raw(
        before: Instant(nanoseconds: one.before), device: one.device, after: Instant(nanoseconds: one.after))
    case .extended: stamp = .realtime(try extended(SystemClock.realtime.id))
    case .plain:
      var one = tp_ptp_stamp()
      _ = try SystemError.check("PTP_SYS_OFFSET", tp_ptp_plain(file.number, &one))
      stamp = .realtime(one)
    }
    hasAnswered = true
    return stamp
  }

  private func extended(_ clock: Int32) throws(SystemError) -> tp_ptp_stamp {
    var stamp = tp_ptp_stamp()
    _ = try SystemError.check("PTP_SYS_OFFSET_EXTENDED", tp_ptp_extended(file.number, clock, &stamp))
    return stamp
  }
}

extension PTPClock.Stamp {
  fileprivate static func realtime(_ stamp: tp_ptp_stamp) -> PTPClock.Stamp {
    .realtime(
      before: Instant(nanoseconds: stamp.before), device: stamp.device,
      after: Instant(nanoseconds: stamp.after))
  }
}

extension PTPClock.Way {
  public var name: StaticString {
    switch self {
    case .precise: "PTP_SYS_OFFSET_PRECISE"
    case .extendedRaw: "PTP_SYS_OFFSET_EXTENDED, MONOTONIC_RAW"
    case .extended: "PTP_SYS_OFFSET_EXTENDED"
    case .plain: "PTP_SYS_OFFSET"
    }
  }
}
