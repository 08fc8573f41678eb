/// One signal drawn in rows of characters, three levels to a row, in ASCII: the least and the greatest
/// value of each column, and all between them, so that a spike of one sample stands out.
struct Plot {
  static let columns = 60
  /// In front of the frame: the name, and the labels with "behind" or "ahead".
  static let margin = 16

  private static let levels = 3

  /// From left to right; nil where nothing was measured.
  private var ranges: [Envelope.Column?]
  private var low = Nanoseconds.max
  private var high = Nanoseconds.min

  init(_ envelope: Envelope) {
    ranges = Array(repeating: nil, count: Self.columns)
    let used = min(envelope.used, envelope.columns.count)
    for index in 0..<used where !envelope.columns[index].isEmpty {
      let column = envelope.columns[index]
      low = min(low, column.low)
      high = max(high, column.high)
      for place in Self.places(of: index, of: used) {
        ranges[place] = Self.union(ranges[place], column)
      }
    }
  }

  var isEmpty: Bool { low > high }

  /// Where column `index` of `used` is drawn: it fills its share of the width; of a few, the middle.
  private static func places(of index: Int, of used: Int) -> Range<Int> {
    let start = index * columns / used
    let end = max(start + 1, (index + 1) * columns / used)
    guard used <= columns / 3 else { return start..<end }
    let middle = (start + end) / 2
    return middle..<(middle + 1)
  }

  private static func union(_ a: Envelope.Column?, _ b: Envelope.Column) -> Envelope.Column {
    guard let a else { return b }
    return Envelope.Column(low: min(a.low, b.low), high: max(a.high, b.high))
  }

  /// 0 at the bottom.
  private func level(_ value: Nanoseconds, of count: Int) -> Int {
    // In Double: the span may be past 63 bits, and a level needs no more.
    let span = high.seconds - low.seconds
    guard span > 0 else { return count / 2 }
    return min(count - 1, max(0, Int((value.seconds - low.seconds) / span * Double(count - 1) + 0.5)))
  }

  /// Appends `rows` lines: the greatest value in the first, the least in the last, the name in the middle.
  func append(rows: Int, name: StaticString, isOffset: Bool, to page: inout Page) {
    let count = rows * Self.levels
    let crossesZero = isOffset && low < .zero && high > .zero
    let zero = crossesZero ? rows - 1 - level(.zero, of: count) / Self.levels : nil
    for row in 0..<rows {
      var line = ByteWriter(capacity: Page.width)
      if row == rows / 2 { line.append(name) }
      let label = self.label(row: row, rows: rows, zero: zero, isOffset: isOffset)
      line.pad(times: Self.margin - 2 - line.count - label.count)
      line.append(label.bytes)
      line.append(" |" as StaticString)
      let bottom = (rows - 1 - row) * Self.levels
      for range in ranges { line.append(byte: character(range, bottom: bottom, of: count)) }
      page.append(line: line)
    }
  }

  private func label(row: Int, rows: Int, zero: Int?, isOffset: Bool) -> ByteWriter {
    var label = ByteWriter(capacity: 16)
    let isFlat = low == high
    let value: Nanoseconds
    if isFlat ? row == rows / 2 : row == 0 {
      value = high
    } else if !isFlat, row == rows - 1 {
      value = low
    } else if row == zero {
      value = .zero
    } else {
      return label
    }
    if isOffset { label.append(offset: value) } else { label.append(figure: value) }
    return label
  }

  /// What of a column's range lies in the three levels from `bottom` on.
  private func character(_ range: Envelope.Column?, bottom: Int, of count: Int) -> UInt8 {
    guard let range else { return 0x20 }
    let from = level(range.low, of: count) - bottom
    let to = level(range.high, of: count) - bottom
    guard to >= 0, from < Self.levels else { return 0x20 }
    switch (max(from, 0), min(to, Self.levels - 1)) {
    case (0, 0): return to > 0 ? UInt8(ascii: "|") : UInt8(ascii: ".")
    case (1, 1): return UInt8(ascii: "-")
    case (2, 2): return from < 2 ? UInt8(ascii: "|") : UInt8(ascii: "'")
    case (0, 1): return UInt8(ascii: ":")
    default: return UInt8(ascii: "|")
    }
  }

  /// The time under the plots, from 0 to `length`.
  static func appendAxis(_ length: Nanoseconds, to page: inout Page) {
    var middle = ByteWriter(capacity: 16)
    middle.append(figure: length.half)
    var end = ByteWriter(capacity: 16)
    end.append(figure: length)
    var line = ByteWriter(capacity: Page.width)
    line.pad(times: margin)
    line.append(byte: 0x30)
    line.pad(times: margin + columns / 2 - line.count - middle.count / 2)
    line.append(middle.bytes)
    line.pad(times: margin + columns - line.count - end.count)
    line.append(end.bytes)
    page.append(line: line)
  }
}
