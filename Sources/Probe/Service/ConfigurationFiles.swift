/// The files of a configuration, and those that they include.
extension ConfigurationReader {
  /// `--config` alone, or the usual file and then the usual folder's, where they are there.
  mutating func readFiles(_ file: [UInt8]?) {
    if let file { return readFile(file, from: nil) }
    let usual = Self.usualFile.ascii
    if world.files.exists(usual) { readFile(usual, from: nil) }
    let folder = Self.usualFolder.ascii
    if world.files.exists(folder) { readFolder(folder, from: nil) }
  }

  /// include PATH: a file, a folder's *.conf, or FOLDER/*.conf; relative to the folder of the file that it stands in.
  mutating func include(_ reader: inout DirectiveReader) {
    guard let word = reader.word("a PATH") else { return }
    reader.end()
    guard !reader.isFaulty else { return }
    guard let path = absolute(word, in: reader.source) else {
      return reader.refuse(word, Refusal("is no absolute path; write /FOLDER/NAME"))
    }
    let place = reader.place(of: word)
    if let folder = folder(of: path) {
      // As in a shell, no folder has no files.
      if world.files.exists(folder) { readFolder(folder, from: place) }
    } else if path.contains(UInt8(ascii: "*")) {
      reader.refuse(word, Refusal("has a * elsewhere than in a last part *.conf"))
    } else {
      readFile(path, from: place)
    }
  }

  private func absolute(_ word: ConfigurationWord, in source: Int) -> [UInt8]? {
    guard !word.bytes.isEmpty else { return nil }
    if word.bytes.first == UInt8(ascii: "/") { return word.bytes }
    guard case .file(let file) = settings.sources[source] else { return nil }
    guard let slash = file.lastIndex(of: UInt8(ascii: "/")) else { return word.bytes }
    return file[...slash] + word.bytes
  }

  /// FOLDER of FOLDER/*.conf; nil: it is not of that form.
  private func folder(of path: [UInt8]) -> [UInt8]? {
    let ending: StaticString = "/*.conf"
    guard path.count > ending.utf8CodeUnitCount, path.suffix(ending.utf8CodeUnitCount).is(ending) else {
      return nil
    }
    return Array(path.dropLast(ending.utf8CodeUnitCount))
  }

  /// In the order of their bytes.
  private mutating func readFolder(_ folder: [UInt8], from place: ConfigurationPlace?) {
    guard let names = world.files.list(folder, 1024) else {
      return refuseFile(folder, from: place, "cannot be listed")
    }
    let ending: StaticString = ".conf"
    let chosen = names.filter {
      $0.count > ending.utf8CodeUnitCount && $0[0] != UInt8(ascii: ".")
        && $0.suffix(ending.utf8CodeUnitCount).is(ending)
    }
    for name in chosen.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let path = folder + [UInt8(ascii: "/")] + name
      // The usual file may have included them itself.
      if place == nil, settings.sources.indices.contains(where: { isSame($0, path) }) { continue }
      readFile(path, from: place)
    }
  }

  /// - Parameter place: where it is included; nil: by the command line, or it is one of the usual
  private mutating func readFile(_ path: [UInt8], from place: ConfigurationPlace?) {
    if let problem = nesting(path) { return refuseFile(path, from: place, problem) }
    // One byte more shows that there is more.
    switch world.files.read(path, ServiceLimits.fileSize + 1) {
    case .refused(let code): refuseFile(path, from: place, "cannot be read: \(SystemError.text(code))")
    case .absent:
      guard world.files.exists(path) else { return refuseFile(path, from: place, "does not exist") }
      // The usual way to say a folder's files.
      if place != nil { readFolder(path, from: place) } else { refuseFile(path, from: place, "is no file") }
    case .bytes(let bytes):
      guard bytes.count <= ServiceLimits.fileSize else {
        return refuseFile(
          path, from: place, "is longer than \(ValueReading.sizeText(Int64(ServiceLimits.fileSize)))")
      }
      let source = add(.file(path))
      guard !bytes.contains(0) else {
        return refuse(ConfigurationPlace(source: source, line: 0, column: 0), "is no text: it has zero bytes")
      }
      open.append(source)
      read(bytes, of: source)
      open.removeLast()
    }
  }

  /// What is wrong with reading this file here, if anything.
  private func nesting(_ path: [UInt8]) -> String? {
    if let first = open.firstIndex(where: { isSame($0, path) }) {
      var text = "includes itself:"
      for index in open[first...] {
        if case .file(let path) = settings.sources[index] { text += " \(quoted(path)) includes" }
      }
      return text + " \(quoted(path))"
    }
    if settings.sources.indices.contains(where: { isSame($0, path) }) { return "was read before" }
    if open.count >= ServiceLimits.depth { return "is included more than \(ServiceLimits.depth) files deep" }
    if settings.sources.count >= ServiceLimits.files {
      return "is one file too many; \(ServiceLimits.files) are read"
    }
    return nil
  }

  private func isSame(_ source: Int, _ path: [UInt8]) -> Bool {
    guard case .file(let other) = settings.sources[source] else { return false }
    return other.elementsEqual(path)
  }

  private mutating func refuseFile(_ path: [UInt8], from place: ConfigurationPlace?, _ problem: String) {
    if let place { return refuse(place, "\(quoted(path)) \(problem)") }
    refuse(ConfigurationPlace(source: add(.file(path)), line: 0, column: 0), problem)
  }
}
