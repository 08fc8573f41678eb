/// The whole program behind `main`; returns the exit status of DESIGN's table.
public func timeprobeMain() -> Int32 {
  Host.prepare()
  let arguments = Host.arguments
  if arguments.contains("--serve") {
    var settings = ServeSettings()
    settings.port = 11123
    for (i, a) in arguments.enumerated() where a == "--serve" && i + 1 < arguments.count {
      let b = Array(arguments[i + 1].utf8)
      if let e = Endpoint.parse(b.span) {
        guard let server = try? EmbeddedReference(settings, on: e) else { return 74 }
        server.run(until: nil)
        return 0
      }
    }
    return 64
  }
  var settings = BurstSettings()
  settings.format = arguments.contains("--jsonl") ? .jsonl : .json
  var skip = false
  for (i, a) in arguments.enumerated() {
    if skip { skip = false; continue }
    if a == "-i" { settings.interval = Nanoseconds(Int64(arguments[i + 1]) ?? 8_000_000); skip = true }
    else if a == "-n" { settings.count = UInt64(arguments[i + 1]); skip = true }
    else if a.hasPrefix("-") { continue }
    else {
      let b = Array(a.utf8)
      if let e = Endpoint.parse(b.span) {
        settings.references.append(ReferenceSetting(name: a, host: Burst.text(e.address), port: e.port))
      } else { settings.references.append(ReferenceSetting(name: a, host: a, port: 123)) }
    }
  }
  let sink = Sink(OutputFile.standardOutput())
  let report = Burst(settings, sink, showProgress: nil).run()
  if settings.format == .json {
    var w = ByteWriter()
    w.json(report)
    _ = sink.push(w)
    sink.finish()
  }
  return Int32(report.verdict.rawValue)
}
