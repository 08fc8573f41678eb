import Testing

@testable import Probe

/// Which files are read, in which order, and what wins.
@Suite struct ConfigurationFileTests {
  static func fixture(_ files: [String: String], file: String? = nil, settings: [String] = [])
    -> ConfigurationFixture
  {
    var fixture = ConfigurationFixture()
    fixture.files = files
    fixture.request.file = file.map { Array($0.utf8) }
    fixture.request.settings = settings.map { Array($0.utf8) }
    return fixture
  }

  static func sources(_ settings: ServiceSettings) -> [String] {
    settings.sources.map { source in
      switch source {
      case .file(let path): String(decoding: path, as: UTF8.self)
      case .setting(let number): "--set \(number)"
      case .arguments: "arguments"
      }
    }
  }

  static let usual = [
    "/etc/timeprobe/timeprobe.conf": "critical 1s\nwatch 1ms\nlabel a 1\nlabel b 1\nreference x",
    "/etc/timeprobe/conf.d/20-b.conf": "critical 2s\nlabel a 2\nreference y",
    "/etc/timeprobe/conf.d/10-a.conf": "critical 3s\nwarning 1ms",
    "/etc/timeprobe/conf.d/note.txt": "nonsense", "/etc/timeprobe/conf.d/.hidden.conf": "nonsense",
    "/etc/timeprobe/conf.d/.conf": "nonsense",
  ]

  @Test func theUsualFileThenTheFolderThenTheCommandLine() throws {
    let settings = try #require(Self.fixture(Self.usual, settings: ["watch 2ms", "label b 3"]).settings)
    #expect(
      Self.sources(settings) == [
        "/etc/timeprobe/timeprobe.conf", "/etc/timeprobe/conf.d/10-a.conf", "/etc/timeprobe/conf.d/20-b.conf",
        "--set 1", "--set 2",
      ])
    #expect(settings.critical.value == .seconds(2) && settings.watch.value == .milliseconds(2))
    #expect(settings.labels.map { String(decoding: $0.value.value, as: UTF8.self) } == ["2", "3"])
    #expect(settings.references.map { $0.value.target.name } == ["x", "y"])
    #expect(
      ConfigurationFixture.from(settings.critical.from, settings) == "/etc/timeprobe/conf.d/20-b.conf:1")
    #expect(ConfigurationFixture.from(settings.watch.from, settings) == "--set 1")
  }

  @Test func aNamedFileReplacesTheUsualOnes() throws {
    var files = Self.usual
    files["/x/c"] = "reference z"
    let settings = try #require(Self.fixture(files, file: "/x/c").settings)
    #expect(Self.sources(settings) == ["/x/c"])
  }

  @Test func noFileAtAll() throws {
    var fixture = Self.fixture([:], settings: ["critical 5ms", "stream jsonl stdout records samples"])
    fixture.request.references = [
      ReferenceSettings(target: ReferenceSetting(name: "a", host: "a", port: 123))
    ]
    fixture.request.warning = .milliseconds(2)
    let settings = try #require(fixture.settings)
    #expect(settings.critical.value == .milliseconds(5) && settings.warning.value == .milliseconds(2))
    #expect(ConfigurationFixture.from(settings.warning.from, settings) == "--warning")
    #expect(ConfigurationFixture.from(settings.references[0].from, settings) == "command line")
  }

  @Test func theCommandLineIsHeldToTheFile() {
    var fixture = ConfigurationFixture("critical 1ms\nreference b name a")
    fixture.request.references = [
      ReferenceSettings(target: ReferenceSetting(name: "a", host: "a", port: 123))
    ]
    fixture.request.warning = .milliseconds(2)
    #expect(
      fixture.problems == [
        "command line: a reference named 'a' is there already: /c:2",
        "command line: warning 2ms is past critical 1ms",
      ])
  }

  @Test func includes() throws {
    let files = [
      "/e/c": "critical 1s\ninclude more/a\ninclude /f/b\nwatch 1ms\ninclude d/*.conf\ninclude /g",
      "/e/more/a": "include b", "/e/more/b": "log error", "/f/b": "critical 2s", "/e/d/2.conf": "watch 2ms",
      "/e/d/1.conf": "watch 3ms", "/g/z.conf": "reference z", "/g/y.conf": "reference y", "/g/no": "nonsense",
    ]
    let settings = try #require(Self.fixture(files, file: "/e/c").settings)
    #expect(
      Self.sources(settings) == [
        "/e/c", "/e/more/a", "/e/more/b", "/f/b", "/e/d/1.conf", "/e/d/2.conf", "/g/y.conf", "/g/z.conf",
      ])
    #expect(settings.critical.value == .seconds(2) && settings.watch.value == .milliseconds(2))
    #expect(settings.log.value == .error)
    #expect(settings.references.map { $0.value.target.name } == ["y", "z"])
  }

  @Test func noFolderHasNoFiles() throws {
    #expect(Self.fixture(["/c": "include d/*.conf\nreference a"], file: "/c").problems == [])
    #expect(
      Self.fixture(["/c": "include d\nreference a"], file: "/c").problems == ["/c:1:9: '/d' does not exist"])
  }

  @Test func theUsualFileMayIncludeTheUsualFolder() throws {
    var files = Self.usual
    files["/etc/timeprobe/timeprobe.conf"] = "include conf.d/*.conf\ncritical 9s"
    let settings = try #require(Self.fixture(files).settings)
    #expect(settings.critical.value == .seconds(9) && settings.sources.count == 3)
  }

  @Test func loopsAreFound() {
    let loop = ["/a": "include b\nxyz", "/b": "watch 1ms\n include /a", "/d": "include d"]
    let problems = Self.fixture(loop, file: "/a").problems
    #expect(problems.count == 2)
    #expect(problems[0].hasPrefix("/a:2:1: 'xyz' is no directive"))
    #expect(problems[1] == "/b:2:10: '/a' includes itself: '/a' includes '/b' includes '/a'")
    #expect(Self.fixture(loop, file: "/d").problems == ["/d:1:9: '/d' includes itself: '/d' includes '/d'"])
    let twice = ["/a": "include b\ninclude b", "/b": "reference x"]
    #expect(Self.fixture(twice, file: "/a").problems == ["/a:2:9: '/b' was read before"])
  }

  @Test func depthAndNumberAreBounded() {
    var deep: [String: String] = [:]
    for index in 0..<20 { deep["/\(index)"] = "include \(index + 1)" }
    #expect(Self.fixture(deep, file: "/0").problems == ["/7:1:9: '/8' is included more than 8 files deep"])
    var wide = ["/c": "include /d"]
    for index in 0..<400 { wide["/d/\(1000 + index).conf"] = "" }
    let problems = Self.fixture(wide, file: "/c").problems
    #expect(problems.count == 400 - 255)
    #expect(problems[0] == "/c:1:9: '/d/1255.conf' is one file too many; 256 are read")
  }

  @Test func whatCannotBeRead() {
    #expect(Self.fixture([:], file: "/nope").problems == ["/nope: does not exist"])
    var fixture = Self.fixture([:], file: "/c")
    fixture.refused = ["/c": 13]
    #expect(fixture.problems == ["/c: cannot be read: Permission denied"])
    fixture = Self.fixture(["/c": "include secret\nreference a"], file: "/c")
    fixture.refused = ["/secret": 13]
    #expect(fixture.problems == ["/c:1:9: '/secret' cannot be read: Permission denied"])
    fixture.bytes["/c"] = Array("reference a\nlabel x \u{e4}".utf8.dropLast()) + Array("\nxyz".utf8)
    #expect(fixture.problems.count == 2)
    #expect(fixture.problems[0] == "/c:2:9: '\\xc3' is not UTF-8")
    fixture.bytes["/c"] = [0x7f, 0x45, 0x4c, 0x46, 0, 1]
    #expect(fixture.problems == ["/c: is no text: it has zero bytes"])
    fixture.bytes["/c"] = [UInt8](repeating: 0x20, count: ServiceLimits.fileSize + 1)
    #expect(fixture.problems == ["/c: is longer than 1MiB"])
    #expect(Self.fixture(["/d/x": ""], file: "/d").problems == ["/d: is no file"])
    #expect(
      Self.fixture([:], settings: ["include x"]).problems == [
        "--set 1, column 9: 'x' is no absolute path; write /FOLDER/NAME"
      ])
  }

  @Test func allFilesProblemsAtOnce() {
    let files = ["/c": "xyz\ninclude d\nwatch 0s", "/d": "watch 2s"]
    let problems = Self.fixture(files, file: "/c", settings: ["log x"]).problems
    #expect(problems.map { $0.prefix(5) } == ["/c:1:", "/c:3:", "/d:1:", "--set"])
  }
}
