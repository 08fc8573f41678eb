import FuzzDriver
import Probe

/// A line of the spool, which anybody may have written to, in every format of a stream.
@main
enum FuzzStreamLine {
  static func main() {
    let plans = StreamFormat.allCases.map {
      var plan = StreamPlan(name: [], format: $0, destination: .tcp(host: [], port: 1))
      (plan.kinds, plan.every, plan.around) = (.all, 2, .seconds(5))
      return plan
    }
    let status = fuzz { text in
      var record = RecordLine()
      var figures = PrometheusState()
      var out = ByteWriter()
      var formatters = plans.map { LineFormatter($0) }
      var selections = plans.map { Selection($0) }
      var start = 0
      for end in 0...text.count where end == text.count || text[end] == 10 {
        let line = text.extracting(start..<end)
        start = end + 1
        guard record.read(line) == nil, let kind = RecordKind(record, line) else { continue }
        figures.add(record, line)
        for index in plans.indices {
          _ = selections[index].choose(kind, record, line)
          formatters[index].learn(record, line)
          let before = out.count
          if !formatters[index].write(record, line, to: &out) { require(out.count == before) }
          require(plans[index].format == .jsonl || !out.bytes[before...].dropLast().contains(10))
        }
        require(out.count <= 64 * (text.count + 1024) * plans.count)
      }
      out.prometheus(figures)
    }
    require(status == 0)
  }
}
