/// The line that a terminal shows while a burst runs, without a line's end: under 80 columns.
/// "3.2s of 10s  400 sent, 399 good, 1 lost  14.2us behind"
public func appendProgress(
  elapsed: Nanoseconds, total: Nanoseconds?, sent: UInt64, good: UInt64, lost: UInt64, best: Nanoseconds?,
  to text: inout ByteWriter
) {
  let start = text.count
  text.append(figure: max(elapsed, .zero))
  if let total {
    text.append(" of " as StaticString)
    text.append(figure: total)
  }
  text.append("  " as StaticString)
  text.append(sent)
  text.append(" sent, " as StaticString)
  text.append(good)
  text.append(" good" as StaticString)
  if lost > 0 {
    text.append(", " as StaticString)
    text.append(lost)
    text.append(" lost" as StaticString)
  }
  // Last, because it is what a full line may lack.
  let end = text.count
  if let best {
    text.append("  " as StaticString)
    text.append(offset: best)
  }
  if text.count - start >= Page.width { text.truncate(to: end) }
  if text.count - start >= Page.width { text.truncate(to: start + Page.width - 1) }
}
