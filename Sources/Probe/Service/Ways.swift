/// How one reference is reached, or why it is not.
struct Way {
  var info: ReferenceInfo
  var remote: IPAddress?
  var scope = IPAddress.Scope.public
  var socket: TimestampSocket?
  var failure: UnknownReason?
  /// The embedded reference, where that is what is measured.
  var embedded: EmbeddedReference?
  var target: Target?
}

extension Burst {
  /// Every reference, looked up and connected. All names are looked up at once.
  func openAll() -> [Way] {
    let lookups = settings.references.map { reference in
      (reference, Self.begin(reference.host, settings.family.required))
    }
    let deadline = LocalReading.now().raw + settings.timeout
    var ways = lookups.map { reference, lookup in open(reference, lookup, deadline) }
    if settings.measureSelf || ways.isEmpty { ways.append(openSelf()) }
    return ways
  }

  private static func begin(_ host: String, _ family: IPAddress.Family?) -> Result<NameLookup, SystemError> {
    do throws(SystemError) { return .success(try NameLookup(host, family)) } catch { return .failure(error) }
  }

  private func open(
    _ reference: ReferenceSetting, _ lookup: Result<NameLookup, SystemError>, _ deadline: Instant<Raw>
  ) -> Way {
    var way = Way(info: ReferenceInfo(name: reference.name, address: "", port: reference.port))
    switch lookup {
    case .failure(let error): way.failure = .socket(error.call, error.code)
    case .success(let lookup):
      do throws(NameError) {
        let addresses = try lookup.wait(max(deadline - LocalReading.now().raw, Nanoseconds(1)))
        connect(&way, Endpoint(address: addresses[0], port: reference.port))
      } catch {
        way.failure = Self.reason(error)
      }
    }
    return way
  }

  private static func reason(_ error: NameError) -> UnknownReason {
    switch error {
    case .unknown(let words): .unresolved(words)
    case .timeout: .unresolved("no answer within the timeout")
    case .interrupted: .interrupted
    case .system(let error): .socket(error.call, error.code)
    }
  }

  /// The embedded reference on loopback, in a thread of its own.
  private func openSelf() -> Way {
    var way = Way(info: ReferenceInfo(name: "self", address: "", port: 0))
    do throws(SystemError) {
      let loopback = Endpoint(address: IPAddress(v4: 0x7f00_0001), port: 0)
      let reference = try EmbeddedReference(ServeSettings(), on: loopback)
      try Thread.start(reference)
      way.embedded = reference
      if let local = try reference.localEndpoint() {
        way.info.port = local.port
        connect(&way, local)
      }
    } catch {
      way.failure = .socket(error.call, error.code)
    }
    return way
  }

  private func connect(_ way: inout Way, _ remote: Endpoint) {
    way.info.address = Self.text(remote.address)
    way.remote = remote.address
    way.scope = remote.scope
    do throws(SystemError) {
      let socket = try TimestampSocket(
        to: remote, interface: way.embedded == nil ? settings.interface : nil,
        source: way.embedded == nil ? settings.source.flatMap(NameLookup.numeric) : nil)
      way.socket = socket
      if let local = try socket.localEndpoint() {
        way.info.source = Self.text(local.address)
        way.info.interface = settings.interface ?? Interfaces.name(of: local.address) ?? ""
      }
      way.info.mtu = socket.pathMTU(remote.address.family)
    } catch {
      way.failure = .socket(error.call, error.code)
    }
  }

  /// The address with its zone by name.
  static func text(_ address: IPAddress) -> String {
    var bytes: [UInt8] = []
    var plain = address
    plain.zone = 0
    plain.append(to: &bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    guard address.zone != 0 else { return text }
    return text + "%" + (Interfaces.name(index: address.zone) ?? String(address.zone))
  }
}

extension AddressFamily {
  var required: IPAddress.Family? {
    switch self {
    case .any: nil
    case .v4: .v4
    case .v6: .v6
    }
  }
}
