import Foundation

/// docs/records.schema.json as python3-jsonschema reads it, in a child process.
enum Validator {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  /// Under CI=true the tests run whatever is installed, so that what is missing fails them.
  static let canRun =
    ProcessInfo.processInfo.environment["CI"] == "true"
    || (try? python(["-c", "import jsonschema"], Data()))?.status == 0

  static func python(_ arguments: [String], _ input: Data) throws -> (status: Int32, errors: String) {
    let lines = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try input.write(to: lines)
    defer { try? FileManager.default.removeItem(at: lines) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardInput = try FileHandle(forReadingFrom: lines)
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let words = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: words, as: UTF8.self))
  }

  static func check(_ lines: [UInt8]) throws -> (status: Int32, errors: String) {
    try python([folder.appendingPathComponent("validate.py").path], Data(lines))
  }
}
