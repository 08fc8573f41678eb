import FuzzDriver
import Probe

/// A command line, its words divided by zero bytes as in /proc/self/cmdline.
@main
enum FuzzArguments {
  static func main() {
    let status = fuzz { text in
      var words: [[UInt8]] = [[]]
      for index in text.indices {
        if text[index] == 0 { words.append([]) } else { words[words.count - 1].append(text[index]) }
      }
      do throws(UsageError) {
        hold(try parseArguments(words))
      } catch {
        var message = ByteWriter()
        error.append(to: &message)
        require(message.bytes.last == 10)
        // One line, and nothing in it that moves a cursor.
        require(message.bytes.dropLast().allSatisfy { (0x20...0x7e).contains($0) || $0 >= 0x80 })
      }
    }
    require(status == 0)
  }

  /// What was accepted is within the ranges that the messages name.
  static func hold(_ command: Command) {
    switch command {
    case .burst(let settings):
      require(settings.measureSelf || !settings.references.isEmpty)
      require(settings.references.count <= 64)
      require(settings.effectiveInterval >= .microseconds(100))
      require(settings.timeout > .zero && settings.critical > .zero)
      require(settings.effectiveWarning <= settings.critical)
      require(settings.count ?? 1 > 0)
      for reference in settings.references { require(!reference.host.isEmpty && reference.port > 0) }
    case .serve(let settings):
      require((1...15).contains(settings.stratum) && settings.port > 0)
    case .clocks(let settings): require(settings.duration > .zero && settings.burst.references.count <= 64)
    case .replay(let settings):
      require(!settings.inputs.isEmpty && settings.inputs.count <= 256)
      require(settings.burst.effectiveWarning <= settings.burst.critical)
    case .service(let request), .checkConfiguration(let request, _), .status(let request, _),
      .mark(let request, _):
      require(request.references.count <= 64 && request.settings.allSatisfy { !$0.isEmpty })
      for reference in request.references { require(reference.interval >= .milliseconds(1)) }
    case .help, .version: return
    }
  }
}
