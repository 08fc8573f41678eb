import CShim

extension LinkFacts {
  /// What the kernel knows of the way to an address. Nothing is sent.
  /// - Parameters:
  ///   - interface: the one that the queries leave from; empty where that is not known
  ///   - isBound: they leave from this one only (SO_BINDTODEVICE)
  ///   - source: the address that the user wants them to leave from
  public static func of(
    _ address: IPAddress, interface: String, isBound: Bool, source: IPAddress?
  ) -> LinkFacts {
    var facts = LinkFacts()
    guard let socket = try? Descriptor("socket", opened: tp_query_socket()) else { return facts }
    var index: UInt32 = address.zone
    if !interface.utf8.isEmpty {
      facts.ask(socket.number, interface)
      if isBound { index = UInt32(max(0, interface.withCString { tp_interface_index(socket.number, $0) })) }
    }
    if let route = route(to: address, from: source, interface: index) {
      facts.route = route.kind
      if let gateway = route.gateway {
        var text: [UInt8] = []
        gateway.append(to: &text)
        facts.gateway = String(decoding: text, as: UTF8.self)
      }
    }
    return facts
  }

  private mutating func ask(_ socket: Int32, _ interface: String) {
    driver = Self.driver(socket, interface)
    var stamping = tp_stamping()
    let result = interface.withCString { tp_ethtool_stamping(socket, $0, &stamping) }
    if result == 0 {
      self.stamping = StampingAbility(
        flags: stamping.abilities, transmitTypes: stamping.tx_types, receiveFilters: stamping.rx_filters,
        phc: stamping.phc >= 0 ? stamping.phc : nil)
    } else if result == -SystemError.notPermitted || result == -SystemError.accessDenied {
      refused = -result
    }
    var (transmit, receive): (Int32, Int32) = (0, 0)
    if interface.withCString({ tp_stamping_state(socket, $0, &transmit, &receive) }) == 0 {
      transmitState = transmit
      receiveState = receive
    }
  }

  /// ethtool's word; where it has none, the link in /sys.
  private static func driver(_ socket: Int32, _ interface: String) -> String {
    var text = [CChar](repeating: 0, count: 32)
    let result = interface.withCString { name in
      text.withUnsafeMutableBufferPointer { tp_ethtool_driver(socket, name, $0.baseAddress!) }
    }
    if result == 0, text[0] != 0 { return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } }
    var path = ("/sys/class/net/" as StaticString).ascii
    path += Array(interface.utf8)
    path += ("/device/driver" as StaticString).ascii
    guard let target = FileWorld.system().link(path) else { return "" }
    return (target[...].parts(UInt8(ascii: "/")).last ?? []).printable()
  }

  private static func route(to address: IPAddress, from source: IPAddress?, interface: UInt32) -> RouteAnswer?
  {
    guard let socket = try? Descriptor("socket", opened: tp_route_socket()) else { return nil }
    let question = RouteMessage.question(to: address, from: source, interface: interface)
    guard
      question.withUnsafeBytes({ tp_send(socket.number, $0.baseAddress!, Int64($0.count)) }) == question.count
    else { return nil }
    var answer = [UInt8](repeating: 0, count: 4096)
    let count = answer.withUnsafeMutableBytes { tp_read(socket.number, $0.baseAddress!, Int64($0.count)) }
    return count > 0 ? RouteMessage.answer(answer.span.extracting(0..<Int(count))) : nil
  }
}
