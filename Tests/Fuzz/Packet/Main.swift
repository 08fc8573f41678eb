import FuzzDriver
import Probe

/// Bytes that came from the network: header, trailer, kiss code, reference identifier.
@main
enum FuzzPacket {
  static func main() {
    let status = fuzz { datagram in
      guard let packet = NTPPacket(datagram) else {
        require(datagram.count < NTPPacket.headerSize)
        require(Trailer(datagram) == nil)
        return
      }
      checkHeader(packet, datagram)
      checkTimes(packet)
      checkText(packet)
      if let trailer = Trailer(datagram) { checkTrailer(trailer, datagram) }
    }
    require(status == 0)
  }

  static func checkHeader(_ packet: NTPPacket, _ datagram: Span<UInt8>) {
    var bytes = [UInt8](repeating: 0, count: NTPPacket.headerSize)
    var span = bytes.mutableSpan
    packet.write(to: &span)
    for index in 0..<NTPPacket.headerSize { require(bytes[index] == datagram[index]) }
    require(NTPPacket(bytes.span) == packet)
  }

  static func checkTimes(_ packet: NTPPacket) {
    require(packet.rootDelay.length >= .zero && packet.rootDispersion.length >= .zero)
    require(packet.precision.length > .zero)
    let pivot = Instant<ReferenceTime>(nanoseconds: Int64(bitPattern: packet.referenceTime.bits))
    let sent = packet.transmitTime.instant(near: pivot)
    let received = packet.receiveTime.instant(near: pivot)
    // A pivot near the ends of the range has no instant within 68 years on one side.
    if pivot.nanoseconds.magnitude < 6 << 60 {
      require((sent - pivot).magnitude <= .seconds(1 << 31) + .seconds(1))
      require((received - pivot).magnitude <= .seconds(1 << 31) + .seconds(1))
      require(abs(Int64(bitPattern: NTPTime(sent).bits &- packet.transmitTime.bits)) <= 5)
    }
  }

  static func checkText(_ packet: NTPPacket) {
    var text: [UInt8] = []
    packet.referenceID.append(to: &text, stratum: packet.stratum)
    require(!text.isEmpty && text.count <= 15)
    for character in text { require((0x20...0x7e).contains(character)) }
    if let code = KissCode(packet) { require(packet.stratum == 0 && (!code.forbids || code != .rate)) }
  }

  /// The fields' places are inside the datagram, and what is left over after them is the MAC.
  static func checkTrailer(_ trailer: Trailer, _ datagram: Span<UInt8>) {
    var offset = NTPPacket.headerSize
    for _ in 0..<trailer.extensionFields {
      let type = UInt16(datagram[offset]) << 8 | UInt16(datagram[offset + 1])
      guard let first = trailer.value(ofType: type, in: datagram) else { fatalError("a field was lost") }
      require(first.lowerBound <= offset + 4 && first.upperBound <= datagram.count - trailer.macLength)
      let length = Int(datagram[offset + 2]) << 8 | Int(datagram[offset + 3])
      require(length >= 16 && length % 4 == 0)
      if first.lowerBound == offset + 4 { require(first.count == length - 4) }
      offset += length
    }
    require(offset + trailer.macLength == datagram.count)
    switch trailer.macLength {
    case 0, 4, 12: break
    default: require((20...72).contains(trailer.macLength) && trailer.macLength % 4 == 0)
    }
  }
}
