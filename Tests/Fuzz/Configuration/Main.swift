import FuzzDriver
import Probe

/// Files of a configuration, divided by zero bytes, and what the reader makes of the first of them. The others can be
/// included as /1, /2, ...; some variables are set.
@main
enum FuzzConfiguration {
  static func main() {
    let status = fuzz { text in
      var files: [[UInt8]] = [[]]
      for index in text.indices {
        if text[index] == 0 { files.append([]) } else { files[files.count - 1].append(text[index]) }
      }
      hold(read(files))
    }
    require(status == 0)
  }

  static func read(_ files: [[UInt8]]) -> ConfigurationOutcome {
    var request = ConfigurationRequest()
    request.file = Array("/0".utf8)
    // A line of the command line is read by the same rules.
    if files.count > 2 { request.settings = [files[files.count - 1]] }
    let world = FileWorld(
      read: { path, most in
        guard let index = number(path), index < files.count else { return .absent }
        return .bytes(Array(files[index].prefix(most)))
      },
      exists: { path in path == Array("/d".utf8) || number(path).map { $0 < files.count } ?? false },
      link: { _ in nil },
      list: { path, _ in path == Array("/d".utf8) ? [Array("a.conf".utf8), Array("b".utf8)] : nil })
    return ConfigurationReader.read(
      request,
      ConfigurationWorld(
        files: world,
        variable: { name in name == [0x41] ? Array("10.0.0.1".utf8) : name == [0x42] ? [0xff] : nil },
        host: Array("vm7".utf8)))
  }

  static func number(_ path: [UInt8]) -> Int? {
    guard path.first == UInt8(ascii: "/"), path.count == 2, (0x30...0x39).contains(path[1]) else {
      return nil
    }
    return Int(path[1] - 0x30)
  }

  /// Problems have a place in a source and are one printable line; what is valid is in the ranges, and what is shown of
  /// it says the same again.
  static func hold(_ outcome: ConfigurationOutcome) {
    switch outcome {
    case .invalid(let problems, let sources):
      require(!problems.isEmpty)
      for problem in problems {
        require(sources.indices.contains(problem.place.source))
        var line = ByteWriter()
        line.append(problem, in: sources)
        require(!line.bytes.isEmpty && line.bytes.allSatisfy { (0x20...0x7e).contains($0) })
      }
    case .unconfigured(let settings), .valid(let settings):
      for reference in settings.references {
        require((1_000_000...3_600_000_000_000).contains(reference.value.interval.count))
        require(reference.value.target.port > 0 && !reference.value.target.host.isEmpty)
      }
      require(settings.warning.value <= settings.critical.value)
      require(settings.references.count <= 64 && settings.streams.count <= 16)
      for stream in settings.streams { require(!stream.value.name.isEmpty && stream.value.every > 0) }
      let load = LoadShare(settings)
      require(load.queries >= 0 && load.wakeups > 0)
      var first = ByteWriter()
      appendConfiguration(settings, to: &first)
      var request = ConfigurationRequest()
      request.settings = [first.bytes]
      let again = ConfigurationReader.read(
        request,
        ConfigurationWorld(
          files: FileWorld(
            read: { _, _ in .absent }, exists: { _ in false }, link: { _ in nil }, list: { _, _ in nil }),
          variable: { _ in nil }, host: Array("vm7".utf8)))
      var second = ByteWriter()
      switch again {
      case .invalid: require(false)
      case .unconfigured(let settings), .valid(let settings): appendConfiguration(settings, to: &second)
      }
      require(directives(first.bytes) == directives(second.bytes))
    }
  }

  /// Without comments, which say where things came from; a continued line's parts are joined.
  static func directives(_ text: [UInt8]) -> [UInt8] {
    var lines: [UInt8] = []
    var scanner = ConfigurationScanner(text, variable: { _ in nil })
    while let words = scanner.next() {
      for word in words { lines += word.bytes + [0] }
      lines.append(10)
    }
    return lines
  }
}
