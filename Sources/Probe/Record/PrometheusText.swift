/// The text exposition format 0.0.4 of Prometheus, for node_exporter's textfile collector. Base units, no timestamps. Each
/// series has `probe` and the labels, because a collector adds up the files of all probes of its machine.
extension ByteWriter {
  public mutating func prometheus(_ state: PrometheusState) {
    figures(state)
    counters(state)
    family("timeprobe_build_info", "gauge", "1, with the version of timeprobe.")
    series("timeprobe_build_info", state, [("version", state.version)]) { $0.append(1) }
  }

  private mutating func figures(_ state: PrometheusState) {
    family(
      "timeprobe_offset_seconds", "summary",
      "Offset of the local clock, positive = it is behind; of single exchanges, not proven.")
    quantiles("timeprobe_offset_seconds", state) { $0.offset }
    for reference in state.references {
      series("timeprobe_offset_seconds_sum", state, reference) {
        $0.append(seconds: reference.offsetSum.count)
      }
      series("timeprobe_offset_seconds_count", state, reference) { $0.append(reference.offsetCount) }
    }
    family("timeprobe_delay_seconds", "summary", "Round trip less the time in the server.")
    quantiles("timeprobe_delay_seconds", state) { $0.delay }
    for reference in state.references {
      series("timeprobe_delay_seconds_sum", state, reference) { $0.append(seconds: reference.delaySum.count) }
      series("timeprobe_delay_seconds_count", state, reference) { $0.append(reference.delayCount) }
    }
    each(
      "timeprobe_bound_low_seconds", "The least that the reference less the local clock was proven to be.",
      state
    ) {
      let low = min($0.now.boundLow, $0.before.boundLow)
      return low == .max ? nil : low.count
    }
    each(
      "timeprobe_bound_high_seconds", "The most that the reference less the local clock was proven to be.",
      state
    ) {
      let high = max($0.now.boundHigh, $0.before.boundHigh)
      return high == .min ? nil : high.count
    }
    each("timeprobe_error_max_seconds", "The largest error of the local clock that the proofs allow.", state)
    {
      let worst = max($0.now.worst ?? .min, $0.before.worst ?? .min)
      return worst == .min ? nil : worst.count
    }
    each(
      "timeprobe_coverage_ratio", "The least share of a window that was proven within the critical limit.",
      state
    ) {
      let least = min($0.now.coverage ?? .max, $0.before.coverage ?? .max)
      return least == .max ? nil : least * 1000
    }
    each(
      "timeprobe_last_reply_timestamp_seconds", "Unix time of the last good reply, by the local clock.", state
    ) {
      $0.lastReply?.nanoseconds
    }
  }

  private mutating func counters(_ state: PrometheusState) {
    family("timeprobe_queries_total", "counter", "Queries by how they ended.")
    for reference in state.references {
      for (index, result) in PrometheusState.results.enumerated() {
        series("timeprobe_queries_total", state, [("reference", reference.name), ("result", result.ascii)]) {
          $0.append(reference.results[index])
        }
      }
    }
    family("timeprobe_windows_total", "counter", "Windows by their verdict.")
    for reference in state.references {
      for kind in reference.verdicts {
        for (index, verdict) in PrometheusState.verdicts.enumerated() {
          let labels: [(StaticString, [UInt8])] = [
            ("reference", reference.name), ("span", kind.window), ("verdict", verdict.ascii),
          ]
          series("timeprobe_windows_total", state, labels) { $0.append(kind.counts[index]) }
        }
      }
    }
    family("timeprobe_events_total", "counter", "Events by cause and certainty.")
    for (index, cause) in Cause.allCases.enumerated() {
      for (place, certainty) in [Certainty.proven, .indicated].enumerated() {
        series(
          "timeprobe_events_total", state, [("cause", cause.name.ascii), ("certainty", certainty.name.ascii)]
        ) {
          $0.append(state.events[2 * index + place])
        }
      }
    }
    family(
      "timeprobe_dropped_records_total", "counter",
      "Records that a stream did not get; of no stream: none got them.")
    if state.drops.isEmpty {
      series("timeprobe_dropped_records_total", state, [("stream", [])]) { $0.append(0) }
    }
    for drop in state.drops {
      series("timeprobe_dropped_records_total", state, [("stream", drop.stream)]) { $0.append(drop.count) }
    }
    family("timeprobe_records_total", "counter", "Records written.")
    series("timeprobe_records_total", state, []) { $0.append(state.records) }
  }

  private mutating func family(_ name: StaticString, _ type: StaticString, _ help: StaticString) {
    append("# HELP " as StaticString)
    append(name)
    append(byte: UInt8(ascii: " "))
    append(help)
    append("\n# TYPE " as StaticString)
    append(name)
    append(byte: UInt8(ascii: " "))
    append(type)
    append(byte: UInt8(ascii: "\n"))
  }

  /// One series for each reference that has a value; in ns, or in parts per billion.
  private mutating func each(
    _ name: StaticString, _ help: StaticString, _ state: PrometheusState,
    _ value: (PrometheusState.Reference) -> Int64?
  ) {
    family(name, "gauge", help)
    for reference in state.references {
      guard let value = value(reference) else { continue }
      series(name, state, reference) { $0.append(seconds: value) }
    }
  }

  private mutating func quantiles(
    _ name: StaticString, _ state: PrometheusState, _ part: (PrometheusState.Figures) -> StreamHistogram
  ) {
    let shares: [(StaticString, UInt64)] = [("0", 0), ("0.5", 500_000), ("0.99", 990_000), ("1", 1_000_000)]
    for reference in state.references {
      for (share, partsPerMillion) in shares {
        let value = StreamHistogram.quantile(part(reference.now), part(reference.before), partsPerMillion)
        guard let value else { continue }
        series(name, state, [("reference", reference.name), ("quantile", share.ascii)]) {
          $0.append(seconds: value.count)
        }
      }
    }
  }

  private mutating func series(
    _ name: StaticString, _ state: PrometheusState, _ reference: PrometheusState.Reference,
    _ value: (inout ByteWriter) -> Void
  ) { series(name, state, [("reference", reference.name)], value) }

  private mutating func series(
    _ name: StaticString, _ state: PrometheusState, _ labels: [(StaticString, [UInt8])],
    _ value: (inout ByteWriter) -> Void
  ) {
    append(name)
    append(byte: UInt8(ascii: "{"))
    append(state.labels)
    var isFirst = state.labels.isEmpty
    for (key, text) in labels {
      if !isFirst { append(byte: UInt8(ascii: ",")) }
      isFirst = false
      append(key)
      append(byte: UInt8(ascii: "="))
      labelValue(text)
    }
    append("} " as StaticString)
    value(&self)
    append(byte: UInt8(ascii: "\n"))
  }

  mutating func label(_ key: StaticString, _ value: Range<Int>?, _ text: borrowing Span<UInt8>) {
    label(key.ascii, value, text)
  }

  /// A label's name has letters, digits and underscores, and begins with no digit.
  mutating func label(_ key: [UInt8], _ value: Range<Int>?, _ text: borrowing Span<UInt8>) {
    guard let value, !key.isEmpty else { return }
    if count > 0 { append(byte: UInt8(ascii: ",")) }
    if (0x30...0x39).contains(key[0]) { append(byte: UInt8(ascii: "_")) }
    for byte in key {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: append(byte: byte)
      default: append(byte: UInt8(ascii: "_"))
      }
    }
    append(byte: UInt8(ascii: "="))
    labelValue(JSONScanner.text(value, of: text))
  }

  /// Backslash, quote and line feed are escaped.
  private mutating func labelValue(_ text: [UInt8]) {
    append(byte: UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(byte: UInt8(ascii: "\\"))
        append(byte: byte)
      case 10: append("\\n" as StaticString)
      default: append(byte: byte)
      }
    }
    append(byte: UInt8(ascii: "\""))
  }
}
