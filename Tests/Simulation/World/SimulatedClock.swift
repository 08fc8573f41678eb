@testable import Probe

/// The scale that only the simulation has: what time it really is, in ns since the world began.
enum TrueTime: Sendable {}
typealias Moment = Instant<TrueTime>

extension Moment {
  static let beginning = Moment(nanoseconds: 0)
}

/// A length of time to less than a nanosecond: whole + fraction, fraction in 0..<1.
struct Exact {
  var whole: Nanoseconds
  var fraction: Double

  /// Positive = above `length`.
  func above(_ length: Nanoseconds) -> Double { Double((whole - length).count) + fraction }
  var value: Double { above(.zero) }
}

/// A clock with a known course: straight pieces over true time, and jumps between them.
struct SimulatedClock {
  struct Piece {
    var from: Moment
    var value: Int64
    /// 0..<1, below the nanosecond.
    var fraction: Double
    /// What it gains in a second of true time, in s/s.
    var rate: Double
  }

  private(set) var pieces: [Piece]

  init(reading: Int64, rate: Double) {
    pieces = [Piece(from: .beginning, value: reading, fraction: 0, rate: rate)]
  }

  /// Changes come in the order of time.
  mutating func change(at moment: Moment, rate: Double? = nil, step: Nanoseconds = .zero) {
    let (value, fraction) = exact(moment)
    let last = pieces[pieces.count - 1].rate
    pieces.append(
      Piece(from: moment, value: value + step.count, fraction: fraction, rate: rate ?? last))
  }

  var rate: Double { pieces[pieces.count - 1].rate }

  private func piece(_ moment: Moment) -> Piece {
    var (low, high) = (0, pieces.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].from <= moment { low = middle } else { high = middle - 1 }
    }
    return pieces[low]
  }

  func exact(_ moment: Moment) -> (value: Int64, fraction: Double) {
    let piece = piece(moment)
    let length = (moment - piece.from).count
    let gain = piece.fraction + piece.rate * Double(length)
    let whole = gain.rounded(.down)
    return (piece.value + length + Int64(whole), gain - whole)
  }

  /// As the kernel tells it: cut to 1 ns.
  func reading(_ moment: Moment) -> Int64 { exact(moment).value }

  /// This clock less another at a moment.
  func ahead(of other: SimulatedClock, at moment: Moment) -> Exact {
    let (a, b) = (exact(moment), other.exact(moment))
    let fraction = a.fraction - b.fraction
    let borrow: Int64 = fraction < 0 ? 1 : 0
    return Exact(whole: Nanoseconds(a.value - b.value - borrow), fraction: fraction + Double(borrow))
  }

  /// When a clock that is never set back showed this.
  func moment(of reading: Int64) -> Moment {
    var (low, high) = (0, pieces.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].value <= reading { low = middle } else { high = middle - 1 }
    }
    let piece = pieces[low]
    let length = (Double(reading - piece.value) - piece.fraction) / (1 + piece.rate)
    return piece.from + Nanoseconds(Int64(length.rounded()))
  }
}
