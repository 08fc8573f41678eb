/// What a service measures now, for `--status`.
struct ServiceStatus {
  var probe: [UInt8]
  var run: RunName
  var elapsed: Nanoseconds
  var seq: UInt64
  /// Records for which the ring had no room.
  var refused: UInt64
  var settings: ServiceSettings
  var associations: [Association]
  /// In the order of `windows`.
  var measured: [Association]
  var windows: [WindowReport?]
}

extension ByteWriter {
  /// Without a line feed; the streams are added by the thread that knows them.
  mutating func json(_ status: ServiceStatus) {
    openObject()
    member("schema", word: "timeprobe-status/1")
    member("version", word: Version.text)
    member("probe") { $0.append(status.probe) }
    member("run") { $0.append(status.run) }
    member("elapsed_ns", status.elapsed)
    member("seq", status.seq)
    member("refused", status.refused)
    member("warning_ns", status.settings.warning.value)
    member("critical_ns", status.settings.critical.value)
    openArray("references")
    for association in status.associations {
      openObject()
      let place = status.measured.firstIndex { $0 === association }
      members(of: association, place.flatMap { $0 < status.windows.count ? status.windows[$0] : nil })
      closeObject()
    }
    closeArray()
    closeObject()
  }

  private mutating func members(of association: Association, _ window: WindowReport?) {
    members(of: association.info)
    if let failure = association.failure { member("failure") { $0.append(failure) } }
    if let target = association.target {
      let (interval, slow) = target.query.interval
      member("interval_ns", interval)
      if let slow { member("slowed", word: slow.name) }
      if !target.query.isAsking { member("denied", flag: true) }
      member("sent", target.query.sent)
      member("good", target.query.replies)
      if let server = target.tally.server { members(of: server) }
    }
    if let window {
      openObject("window")
      members(of: window)
      closeObject()
    }
  }
}
