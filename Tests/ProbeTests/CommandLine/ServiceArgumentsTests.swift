import Testing

@testable import Probe

@Suite struct ServiceArgumentsTests {
  static func request(_ words: [String]) throws -> ConfigurationRequest {
    guard case .service(let request) = try parseArguments(words) else { throw UsageError("not the service") }
    return request
  }

  @Test func bare() throws {
    let request = try Self.request([])
    #expect(request.file == nil && request.settings.isEmpty && request.references.isEmpty)
    #expect(request.critical == nil && request.warning == nil && request.log == nil)
  }

  @Test func fileAndDirectives() throws {
    let request = try Self.request([
      "--config", "/x", "--set", "watch 1ms", "--config=y", "--set=critical 2ms",
    ])
    #expect(request.file == Array("y".utf8))
    #expect(request.settings == [Array("watch 1ms".utf8), Array("critical 2ms".utf8)])
  }

  @Test func referencesWithTheirOptions() throws {
    let words = [
      "10.0.0.1", "-H", "b:5", "-i", "1s", "-t", "300ms", "-I", "eth0", "-S", "10.0.0.7", "-p", "1123",
    ]
    let request = try Self.request(words + ["-4", "--rate-agreed", "-c", "5ms", "-w", "1ms", "-q"])
    #expect(request.references.map { $0.target.name } == ["10.0.0.1", "b:5"])
    #expect(request.references.map { $0.target.port } == [1123, 5])
    for reference in request.references {
      #expect(reference.interval == .seconds(1) && reference.timeout == .milliseconds(300))
      #expect(reference.interface == "eth0" && reference.source == "10.0.0.7")
      #expect(reference.family == .v4 && reference.rateAgreed)
    }
    #expect(
      request.critical == .milliseconds(5) && request.warning == .milliseconds(1) && request.log == .warning)
    let outcome = ConfigurationReader.read(request, ConfigurationFixture().world)
    guard case .valid(let settings) = outcome else {
      Issue.record("not valid")
      return
    }
    #expect(CheckConfigTests.text(settings).contains("# command line\n"))
    #expect(CheckConfigTests.text(settings).contains("# --critical\n"))
    #expect(try Self.request(["a", "-v"]).log == .debug)
  }

  @Test func check() throws {
    guard
      case .checkConfiguration(let request, let asJSON) = try parseArguments([
        "a", "--check-config", "--json",
      ])
    else {
      Issue.record("no check")
      return
    }
    #expect(asJSON && request.references.count == 1)
    guard case .checkConfiguration(_, false) = try parseArguments(["--check-config"]) else {
      Issue.record("no check")
      return
    }
  }
}
