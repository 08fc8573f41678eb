@testable import Probe

/// A configuration out of texts: files by their paths, folders by theirs.
struct ConfigurationFixture {
  var files: [String: String] = [:]
  var bytes: [String: [UInt8]] = [:]
  var refused: [String: Int32] = [:]
  var variables: [String: String] = ["SITE": "ams1"]
  var request = ConfigurationRequest()

  init(_ text: String? = nil) {
    if let text {
      files["/c"] = text
      request.file = Array("/c".utf8)
    }
  }

  var world: ConfigurationWorld {
    let (files, bytes, refused, variables) = (files, bytes, refused, variables)
    let paths = Array(files.keys) + Array(bytes.keys) + Array(refused.keys)
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let world = FileWorld(
      read: { path, most in
        if let code = refused[text(path)] { return .refused(code) }
        guard let content = bytes[text(path)] ?? files[text(path)].map({ Array($0.utf8) }) else {
          return .absent
        }
        return .bytes(Array(content.prefix(most)))
      },
      exists: { path in paths.contains { $0 == text(path) || $0.hasPrefix(text(path) + "/") } },
      link: { _ in nil },
      list: { path, _ in
        let inside = paths.filter { $0.hasPrefix(text(path) + "/") }.map { $0.dropFirst(path.count + 1) }
        return inside.isEmpty ? nil : inside.filter { !$0.contains("/") }.map { Array($0.utf8) }
      })
    return ConfigurationWorld(
      files: world, variable: { variables[text($0)].map { Array($0.utf8) } }, host: Array("vm7".utf8))
  }

  func read() -> ConfigurationOutcome { ConfigurationReader.read(request, world) }

  /// nil: it is not valid.
  var settings: ServiceSettings? {
    switch read() {
    case .valid(let settings), .unconfigured(let settings): settings
    case .invalid: nil
    }
  }

  /// "/c:1:1: text" a problem; none where it is valid.
  var problems: [String] {
    guard case .invalid(let problems, let sources) = read() else { return [] }
    return problems.map { problem in
      var text = ByteWriter()
      text.append(problem, in: sources)
      return String(decoding: text.bytes, as: UTF8.self)
    }
  }

  static func from(_ from: Provenance, _ settings: ServiceSettings) -> String {
    var text = ByteWriter()
    text.append(from, in: settings.sources)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}
