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
      return reader.refuse(word, "is no absolute path; write /FOLDER/NAME")
    }
    let place = reader.place(of: word)
    if let folder = folder(of: path) {
      // As in a shell, no folder has no files.
      if world.files.exists(folder) { readFolder(folder, from: place) }
    } else if path.contains(UInt8(ascii: "*")) {
      reader.refuse(word, "has a * elsewhere than in a last part *.conf")
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
    var last: [UInt8] = []
    for _ in chosen {
      guard let name = Self.next(after: last, in: chosen) else { return }
      last = name
      let path = folder + [UInt8(ascii: "/")] + name
      // The usual file may have included them itself.
      if place == nil, settings.sources.indices.contains(where: { isSame($0, path) }) { continue }
      readFile(path, from: place)
    }
  }

  /// A folder is small: each turn looks for the least name that was not there yet.
  private static func next(after last: [UInt8], in names: [[UInt8]]) -> [UInt8]? {
    var least: [UInt8]?
    for name in names where last.lexicographicallyPrecedes(name) {
      if least.map({ name.lexicographicallyPrecedes($0) }) ?? true { least = name }
    }
    return least
  }

  /// - Parameter place: where it is included; nil: by the command line, or it is one of the usual
  private mutating func readFile(_ path: [UInt8], from place: ConfigurationPlace?) {
    if isTooDeep(path, from: place) { return }
    // One byte more shows that there is more.
    switch world.files.read(path, ServiceLimits.fileSize + 1) {
    case .refused(let code):
      refuseFile(path, from: place, "cannot be read: @", .bytes(Array(SystemError.text(code).utf8)))
    case .absent:
      guard world.files.exists(path) else { return refuseFile(path, from: place, "does not exist") }
      // The usual way to say a folder's files.
      if place != nil { readFolder(path, from: place) } else { refuseFile(path, from: place, "is no file") }
    case .bytes(let bytes):
      guard bytes.count <= ServiceLimits.fileSize else {
        return refuseFile(
          path, from: place, "is longer than @", .size(Int64(ServiceLimits.fileSize)))
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

  /// Whether something is wrong with reading this file here; it is told.
  private mutating func isTooDeep(_ path: [UInt8], from place: ConfigurationPlace?) -> Bool {
    if let first = open.firstIndex(where: { isSame($0, path) }) {
      var chain = ByteWriter(capacity: 256)
      for index in open[first...] {
        guard case .file(let path) = settings.sources[index] else { continue }
        chain.append(quoted: path)
        chain.append(" includes " as StaticString)
      }
      chain.append(quoted: path)
      refuseFile(path, from: place, "includes itself: @", .bytes(chain.bytes))
    } else if settings.sources.indices.contains(where: { isSame($0, path) }) {
      refuseFile(path, from: place, "was read before")
    } else if open.count >= ServiceLimits.depth {
      refuseFile(
        path, from: place, "is included more than @ files deep", .number(UInt64(ServiceLimits.depth)))
    } else if settings.sources.count >= ServiceLimits.files {
      refuseFile(path, from: place, "is one file too many; @ are read", .number(UInt64(ServiceLimits.files)))
    } else {
      return false
    }
    return true
  }

  private func isSame(_ source: Int, _ path: [UInt8]) -> Bool {
    guard case .file(let other) = settings.sources[source] else { return false }
    return other.elementsEqual(path)
  }

  @inline(never)
  private mutating func refuseFile(
    _ path: [UInt8], from place: ConfigurationPlace?, _ template: StaticString, _ part: PhrasePart = .none
  ) {
    let words = PhrasePart.bytes(Array(phrase(template, part).utf8))
    if let place { return refuse(place, "@ @", .word(path), words) }
    refuse(ConfigurationPlace(source: add(.file(path)), line: 0, column: 0), "@", words)
  }
}
