/// Names on their way to addresses, several at once; whoever asked comes back for the answer. Of one thread.
final class NameDesk {
  private var lookups: [(host: [UInt8], family: IPAddress.Family?, lookup: NameLookup)] = []

  enum Answer {
    case pending
    /// Never empty.
    case addresses([IPAddress])
    /// The resolver's words.
    case failed(String)
  }

  /// Begins to look where nobody does; an answer is given once, and whoever asks again has it looked up anew.
  func ask(_ host: [UInt8], _ family: IPAddress.Family?) -> Answer {
    guard let place = lookups.firstIndex(where: { $0.host == host && $0.family == family }) else {
      do throws(SystemError) {
        let lookup = try NameLookup(String(decoding: host, as: UTF8.self), family)
        lookups.append((host, family, lookup))
      } catch {
        return .failed("no thread to look it up")
      }
      return ask(host, family)
    }
    let answer = take(lookups[place].lookup)
    if case .pending = answer { return .pending }
    lookups.remove(at: place)
    return answer
  }

  private func take(_ lookup: NameLookup) -> Answer {
    do throws(NameError) {
      return .addresses(try lookup.wait(.zero))
    } catch {
      switch error {
      case .timeout, .interrupted: return .pending
      case .unknown(let words): return .failed(words)
      case .system: return .failed("cannot wait for it")
      }
    }
  }
}
