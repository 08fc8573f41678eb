/// One record, one line: JSON Lines of schema `timeprobe/1`. docs/records.md describes each key, and
/// docs/records.schema.json is what the tests hold this file to.
extension ByteWriter {
  public mutating func json(_ hello: Hello, _ origin: Origin) {
    begin("hello", hello.header, origin)
    members(of: hello)
    openArray("references")
    for reference in hello.references {
      openObject()
      members(of: reference)
      closeObject()
    }
    closeArray()
    endRecord()
  }

  public mutating func json(_ sample: Sample, _ origin: Origin, _ reference: ReferenceInfo) {
    let exchange = sample.exchange
    let server = exchange.server
    begin("sample", sample.header, origin, reference)
    member("t1", seconds: exchange.transmit.at)
    member("t2", seconds: exchange.serverReceive)
    member("t3", seconds: exchange.serverTransmit)
    member("t4", seconds: exchange.receive.at)
    member("tx", word: exchange.transmit.source.name)
    member("rx", word: exchange.receive.source.name)
    member("mode", word: "basic")
    member("offset_ns", exchange.offset)
    member("bound", word: sample.boundSource.name)
    member("bound_low_ns", sample.boundLow)
    member("bound_high_ns", sample.boundHigh)
    member("utc_low_ns", sample.boundLow - server.rootDistance)
    member("utc_high_ns", sample.boundHigh + server.rootDistance)
    member("delay_ns", exchange.delay)
    blindness(sample.unseen)
    stages(of: sample)
    members(of: server)
    member("query", exchange.query)
    errors(of: exchange)
    if exchange.isTorn {
      member("torn")
      member("step_ns", exchange.step)
    }
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
  /// What may have happened unseen; C set by an unknown amount has no bound at all.
  private mutating func blindness(_ unseen: Unseen) {
    guard !unseen.isLost else { return }
    member("blind_ns", unseen.once)
    member("blind_max_ns", unseen.most)
  }

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

  private mutating func begin(
    _ kind: StaticString, _ header: Header, _ origin: Origin, _ reference: ReferenceInfo
  ) {
    beginRecord(kind, origin)
    member("seq", header.seq)
    member("reference", text: reference.name)
    moment(of: header)
  }

  mutating func beginRecord(_ kind: StaticString, _ origin: Origin) {
    append(byte: UInt8(ascii: "{"))
    member("schema", word: Schema.name)
    member("kind", word: kind)
    member("probe", text: origin.probe)
    member("run") {
      $0.append(hex: origin.run.high, digits: 16)
      $0.append(hex: origin.run.low, digits: 16)
    }
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
    member("host", text: hello.host)
    member("kernel", text: hello.kernel)
    if let clocksource = hello.clocksource { member("clocksource", text: clocksource) }
    member("interval_ns", hello.interval)
    member("timeout_ns", hello.timeout)
    member("warning_ns", hello.warning)
    member("critical_ns", hello.critical)
  }

  mutating func members(of reference: ReferenceInfo) {
    member("name", text: reference.name)
    member("address", unlessEmpty: reference.address)
    member("port", UInt64(reference.port))
    member("source", unlessEmpty: reference.source)
    member("interface", unlessEmpty: reference.interface)
    if reference.mtu > 0 { member("mtu", reference.mtu) }
  }

  mutating func members(of server: ServerState) {
    member("leap", UInt64(server.leap))
    member("stratum", UInt64(server.stratum))
    member("refid") { $0.append(server.referenceID, stratum: server.stratum) }
    member("root_delay_ns", server.rootDelay)
    member("root_dispersion_ns", server.rootDispersion)
    member("precision", Int64(server.precision.exponent))
  }

  /// A user stamp is taken around the system call: there is nothing between it and this process to measure.
  private mutating func stages(of sample: Sample) {
    let exchange = sample.exchange
    openObject("stages_ns")
    if exchange.transmit.source != .user { member("local_tx", exchange.localTransmit) }
    member("out", sample.out)
    member("server", exchange.serverTime)
    member("back", sample.back)
    if exchange.receive.source != .user { member("local_rx", exchange.localReceive) }
    closeObject()
  }

  /// What the exchange's own bounds allow for, each error by its name.
  private mutating func errors(of exchange: Exchange) {
    let terms = Bound(exchange).terms
    openObject("eps_ns")
    member("stamps", terms.stamps)
    member("precision", terms.precision)
    member("map_tx", terms.mapTransmit)
    member("map_rx", terms.mapReceive)
    if terms.tear != .zero { member("tear", terms.tear) }
    closeObject()
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
