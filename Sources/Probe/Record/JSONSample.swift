/// The record that there is one of for each query: written in two pieces, with the keys as they stand in the line.
extension ByteWriter {
  @_optimize(speed)
  public mutating func json(_ sample: Sample, _ origin: Origin, _ reference: ReferenceInfo) {
    let civil = split(sample.header.time)
    append(room: 1408 + origin.members.count + reference.member.count) { line in
      line.first(of: sample, origin, reference, civil)
    }
    guard sample.exchange.server.isKnown else {
      append(room: 512) { line in line.second(of: sample) }
      return
    }
    member("refid") { $0.append(sample.exchange.server.referenceID, stratum: sample.exchange.server.stratum) }
    append(room: 512) { line in line.second(of: sample) }
  }
}

extension RoomWriter {
  /// Up to the reference's identifier, which may need escapes.
  @_optimize(speed)
  fileprivate mutating func first(
    of sample: Sample, _ origin: Origin, _ reference: ReferenceInfo, _ civil: (CivilSecond, Int64)
  ) {
    begin(sample.header, origin, reference, civil)
    instants(of: sample.exchange)
    bounds(of: sample)
    stages(of: sample)
    guard sample.exchange.server.isKnown else { return }
    put(",\"leap\":")
    put(UInt64(sample.exchange.server.leap))
    put(",\"stratum\":")
    put(UInt64(sample.exchange.server.stratum))
  }

  /// After it.
  @_optimize(speed)
  fileprivate mutating func second(of sample: Sample) {
    if sample.exchange.server.isKnown { rest(of: sample.exchange.server) }
    put(",\"query\":")
    put(sample.exchange.query)
    errors(sample.terms)
    if let reset = sample.reset {
      put(",\"reset\":\"")
      put(word: reset.name)
      put("\"")
    }
    if sample.exchange.isTorn {
      put(",\"torn\":true,\"step_ns\":")
      put(sample.exchange.step)
    }
    put("}\n")
  }

  @inline(__always)
  fileprivate mutating func begin(
    _ header: Header, _ origin: Origin, _ reference: ReferenceInfo, _ civil: (CivilSecond, Int64)
  ) {
    put("{\"schema\":\"")
    put(word: Schema.name)
    put("\",\"kind\":\"sample\",")
    put(origin.members)
    put(",\"seq\":")
    put(header.seq)
    put(",")
    put(reference.member)
    put(",\"time\":\"")
    put(civil.0, civil.1)
    put("\",\"raw\":\"")
    put(seconds: header.raw)
  }

  @inline(__always)
  fileprivate mutating func instants(of exchange: Exchange) {
    put("\",\"t1\":\"")
    put(seconds: exchange.transmit.at)
    put("\",\"t2\":\"")
    put(seconds: exchange.serverReceive)
    put("\",\"t3\":\"")
    put(seconds: exchange.serverTransmit)
    put("\",\"t4\":\"")
    put(seconds: exchange.receive.at)
    put("\",\"tx\":\"")
    put(word: exchange.transmit.source.name)
    put("\",\"rx\":\"")
    put(word: exchange.receive.source.name)
    if let recorded = exchange.recorded {
      put("\",\"recorded\":\"")
      put(word: recorded.name)
    }
  }

  @inline(__always)
  fileprivate mutating func bounds(of sample: Sample) {
    let root = sample.exchange.server.rootDistance
    put("\",\"mode\":\"basic\",\"offset_ns\":")
    put(sample.exchange.offset)
    put(",\"bound\":\"")
    put(word: sample.boundSource.name)
    put("\",\"bound_low_ns\":")
    put(sample.boundLow)
    put(",\"bound_high_ns\":")
    put(sample.boundHigh)
    if sample.exchange.server.isKnown {
      put(",\"utc_low_ns\":")
      put(sample.boundLow - root)
      put(",\"utc_high_ns\":")
      put(sample.boundHigh + root)
    }
    put(",\"delay_ns\":")
    put(sample.exchange.delay)
    put(",\"elapsed_ns\":")
    put(sample.exchange.arrived - sample.exchange.departed)
    // C that was set by nobody knows how much has no bound at all.
    if let unseen = sample.unseen, !unseen.isLost {
      put(",\"blind_ns\":")
      put(unseen.once)
      put(",\"blind_max_ns\":")
      put(unseen.most)
    }
  }

  /// A user stamp is taken around the system call: there is nothing between it and this process to measure.
  @inline(__always)
  fileprivate mutating func stages(of sample: Sample) {
    let exchange = sample.exchange
    // Of chrony's log the legs have the server's time in them, and there is nothing else to tell.
    guard exchange.hasServerTime else { return }
    put(",\"stages_ns\":{")
    if exchange.hasLocalTransmit {
      put("\"local_tx\":")
      put(exchange.localTransmit)
      put(",")
    }
    if let out = sample.out {
      put("\"out\":")
      put(out)
      put(",")
    }
    put("\"server\":")
    put(exchange.serverTime)
    if let back = sample.back {
      put(",\"back\":")
      put(back)
    }
    if exchange.hasLocalReceive {
      put(",\"local_rx\":")
      put(exchange.localReceive)
    }
    put("}")
  }

  /// What follows the reference's identifier.
  @inline(__always)
  fileprivate mutating func rest(of server: ServerState) {
    put(",\"root_delay_ns\":")
    put(server.rootDelay)
    put(",\"root_dispersion_ns\":")
    put(server.rootDispersion)
    guard server.precision.isKnown else { return }
    put(",\"precision\":")
    put(Int64(server.precision.exponent))
    put(",\"poll\":")
    put(Int64(server.poll))
  }

  /// What the exchange's own bounds allow for, each error by its name.
  @inline(__always)
  fileprivate mutating func errors(_ terms: BoundTerms) {
    put(",\"eps_ns\":{\"stamps\":")
    put(terms.stamps)
    put(",\"precision\":")
    put(terms.precision)
    put(",\"map_tx\":")
    put(terms.mapTransmit)
    put(",\"map_rx\":")
    put(terms.mapReceive)
    if terms.tear != .zero {
      put(",\"tear\":")
      put(terms.tear)
    }
    put("}")
  }
}
