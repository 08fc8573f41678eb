/// `timeprobe --serve`: the embedded reference as a server, until a signal or the duration ends it.
func runServe(_ settings: ServeSettings) -> ExitStatus {
  let address =
    settings.address.flatMap(NameLookup.numeric)
    ?? (settings.family == .v6 ? IPAddress(v6: 0, 1) : IPAddress(v4: 0x7f00_0001))
  let local = Endpoint(address: address, port: settings.port)
  let reference: EmbeddedReference
  do throws(SystemError) {
    reference = try EmbeddedReference(settings, on: local)
    let bound = try reference.localEndpoint() ?? local
    if !settings.quiet { complain { $0.append(serving: bound, settings) } }
  } catch {
    return refuse(local, error)
  }
  reference.run(until: settings.duration.map { LocalReading.now().raw + $0 })
  if settings.verbose {
    complain { text in
      text.append(reference.answered)
      text.append(" queries answered, " as StaticString)
      text.append(reference.ignored)
      text.append(" datagrams ignored" as StaticString)
    }
  }
  return .ok
}

private func refuse(_ local: Endpoint, _ error: SystemError) -> ExitStatus {
  let isRight = error.code == SystemError.accessDenied || error.code == SystemError.notPermitted
  complain { text in
    text.append("cannot serve on " as StaticString)
    text.append(local)
    text.append(": " as StaticString)
    text.append(SystemError.text(error.code))
    if isRight && local.port < 1024 {
      text.append("; ports below 1024 need CAP_NET_BIND_SERVICE, or take another with -p" as StaticString)
    }
  }
  return isRight ? .permission : .output
}

extension ByteWriter {
  fileprivate mutating func append(_ endpoint: Endpoint) {
    var text: [UInt8] = []
    endpoint.append(to: &text)
    append(text)
  }

  /// "serving 127.0.0.1:123, stratum 1, refid LOCL, realtime": the line that says it is ready.
  fileprivate mutating func append(serving local: Endpoint, _ settings: ServeSettings) {
    append("serving " as StaticString)
    append(local)
    append(", stratum " as StaticString)
    append(UInt64(settings.stratum))
    append(", refid " as StaticString)
    append(ReferenceID(bits: settings.referenceID), stratum: 1)
    append(settings.base == .raw ? ", on MONOTONIC_RAW" as StaticString : ", on REALTIME" as StaticString)
  }
}
