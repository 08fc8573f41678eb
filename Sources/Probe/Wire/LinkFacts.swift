/// What an interface's driver says of the stamps that it can take (ETHTOOL_GET_TS_INFO;
/// Documentation/networking/timestamping.rst).
public struct StampingAbility: Sendable {
  /// SOF_TIMESTAMPING_*.
  public var flags: UInt32
  /// Bit n: HWTSTAMP_TX_n; bit n: HWTSTAMP_FILTER_n (linux/net_tstamp.h).
  public var transmitTypes: UInt32
  public var receiveFilters: UInt32
  /// The number of the interface's /dev/ptpN.
  public var phc: Int32?

  public init(flags: UInt32, transmitTypes: UInt32, receiveFilters: UInt32, phc: Int32?) {
    self.flags = flags
    self.transmitTypes = transmitTypes
    self.receiveFilters = receiveFilters
    self.phc = phc
  }

  public var words: [StaticString] {
    var words: [StaticString] = []
    if flags & 2 != 0 { words.append("tx-software") }
    if flags & 8 != 0 { words.append("rx-software") }
    if flags & 1 != 0 { words.append("tx-hardware") }
    if flags & 4 != 0 { words.append("rx-hardware") }
    return words
  }

  /// Which packets the hardware can be told to stamp on arrival.
  public var filters: [StaticString] {
    (0..<16).filter { receiveFilters >> UInt32($0) & 1 != 0 }.map { Self.filter(Int32($0)) }
  }

  /// HWTSTAMP_FILTER_*, its name without the prefix.
  public static func filter(_ number: Int32) -> StaticString {
    switch number {
    case 0: "none"
    case 1: "all"
    case 2: "some"
    case 3: "ptp-v1-l4-event"
    case 4: "ptp-v1-l4-sync"
    case 5: "ptp-v1-l4-delay-req"
    case 6: "ptp-v2-l4-event"
    case 7: "ptp-v2-l4-sync"
    case 8: "ptp-v2-l4-delay-req"
    case 9: "ptp-v2-l2-event"
    case 10: "ptp-v2-l2-sync"
    case 11: "ptp-v2-l2-delay-req"
    case 12: "ptp-v2-event"
    case 13: "ptp-v2-sync"
    case 14: "ptp-v2-delay-req"
    case 15: "ntp-all"
    default: "unknown"
    }
  }

  /// HWTSTAMP_TX_*.
  public static func transmit(_ number: Int32) -> StaticString {
    switch number {
    case 0: "off"
    case 1: "on"
    case 2: "onestep-sync"
    case 3: "onestep-p2p"
    default: "unknown"
    }
  }
}

/// The way to a reference: the interface's driver, its stamps, the route.
public struct LinkFacts: Sendable {
  /// As ethtool has it ("virtio_net"); empty where nobody tells.
  public var driver = ""
  public var stamping: StampingAbility?
  /// Hardware stamping as it is switched now (SIOCGHWTSTAMP): HWTSTAMP_TX_*, HWTSTAMP_FILTER_*.
  public var transmitState: Int32?
  public var receiveState: Int32?
  public var route: RouteAnswer.Kind?
  /// The gateway's address; empty where there is none.
  public var gateway = ""
  /// errno of an ethtool call that was refused for want of a right.
  public var refused: Int32?

  public init() {}
}
