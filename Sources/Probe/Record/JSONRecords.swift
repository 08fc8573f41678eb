/// One record, one line: JSON Lines of schema `timeprobe/1`. docs/records.md describes each key, and
/// docs/records.schema.json is what the tests hold this file to.
extension ByteWriter {
  public mutating func json(_ hello: Hello, _ origin: Origin) {
    begin("hello", hello.header, origin)
    members(of: hello)
    if hello.isReplay { member("replay") }
    if let previous = hello.previous {
      member("previous_run") { $0.append(previous.run) }
      member("previous_seq", previous.seq)
    }
    if let service = hello.service {
      openObject("service")
      member("user", UInt64(service.user))
      words("capabilities", service.capabilities)
      closeObject()
    }
    openArray("references")
    for reference in hello.references {
      openObject()
      members(of: reference)
      closeObject()
    }
    closeArray()
    endRecord()
  }

  public mutating func json(_ record: LossRecord, _ origin: Origin, _ reference: ReferenceInfo) {
    let loss = record.loss
    begin("loss", record.header, origin, reference)
    member("query", loss.query)
    member("reason", word: loss.reason.name)
    switch loss.reason {
    case .icmp(let name): member("icmp", word: name)
    case .sendFailed(let code): member("errno", Int64(code))
    case .timeout, .rejected, .rateLimited, .denied, .abandoned: break
    }
    member("waited_ns", loss.ended - loss.sent.raw)
    checks("rejected", loss.rejected)
    endRecord()
  }

  public mutating func json(_ drop: Drop, _ origin: Origin) {
    begin("drop", drop.header, origin)
    member("from_seq", drop.from)
    member("to_seq", drop.to)
    member("count", drop.to < drop.from ? 0 : (drop.to - drop.from) &+ 1)
    endRecord()
  }
}

extension ByteWriter {
  /// A true flag; a false one is left out.
  mutating func member(_ key: StaticString) {
    separate()
    append(byte: UInt8(ascii: "\""))
    append(key)
    append("\":true" as StaticString)
  }

  mutating func begin(_ kind: StaticString, _ header: Header, _ origin: Origin) {
    beginRecord(kind, origin)
    member("seq", header.seq)
    moment(of: header)
  }

  mutating func begin(
    _ kind: StaticString, _ header: Header, _ origin: Origin, _ reference: ReferenceInfo
  ) {
    beginRecord(kind, origin)
    member("seq", header.seq)
    members(reference.member)
    moment(of: header)
  }

  mutating func beginRecord(_ kind: StaticString, _ origin: Origin) {
    append(byte: UInt8(ascii: "{"))
    member("schema", word: Schema.name)
    member("kind", word: kind)
    members(origin.members)
  }

  mutating func moment(of header: Header) {
    member("time", time: header.time)
    member("raw", seconds: header.raw)
  }

  mutating func endRecord() {
    closeObject()
    append(byte: UInt8(ascii: "\n"))
  }

  mutating func members(of hello: Hello) {
    member("version", word: hello.version)
    // Of a replay they are the recorded ones, where a stream has them.
    if !hello.isReplay || !hello.host.utf8.isEmpty { member("host", text: hello.host) }
    if !hello.isReplay || !hello.kernel.utf8.isEmpty { member("kernel", text: hello.kernel) }
    if let clocksource = hello.clocksource { member("clocksource", text: clocksource) }
    if !hello.isReplay {
      member("interval_ns", hello.interval)
      member("timeout_ns", hello.timeout)
    }
    member("warning_ns", hello.warning)
    member("critical_ns", hello.critical)
    if let guest = hello.guest { members(of: guest) }
  }

  mutating func members(of reference: ReferenceInfo) {
    member("name", text: reference.name)
    member("address", unlessEmpty: reference.address)
    if reference.port > 0 { member("port", UInt64(reference.port)) }
    member("source", unlessEmpty: reference.source)
    member("interface", unlessEmpty: reference.interface)
    if reference.mtu > 0 { member("mtu", reference.mtu) }
    if let link = reference.link { members(of: link) }
  }

  mutating func members(of server: ServerState) {
    member("leap", UInt64(server.leap))
    member("stratum", UInt64(server.stratum))
    member("refid") { $0.append(server.referenceID, stratum: server.stratum) }
    member("root_delay_ns", server.rootDelay)
    member("root_dispersion_ns", server.rootDispersion)
    if server.precision.isKnown { member("precision", Int64(server.precision.exponent)) }
  }

  /// The checks that failed, with how often; nothing where none did.
  mutating func checks(_ key: StaticString, _ counts: CheckCounts) {
    guard counts.total > 0 else { return }
    openObject(key)
    var place: UInt8 = 0
    while let check = PacketCheck(rawValue: place) {
      if counts[check] > 0 { member(check.name, UInt64(counts[check])) }
      place += 1
    }
    closeObject()
  }
}
