/// `timeprobe --mark TEXT`.
func runMark(_ request: ConfigurationRequest, _ text: [UInt8]) -> ExitStatus {
  guard !text.isEmpty, text.count <= ControlRequest.longestMark, ControlRequest.isText(text) else {
    complain { $0.append("a mark is 1 to 1024 bytes of text in one line" as StaticString) }
    return .usage
  }
  return ask(request, ("mark " as StaticString).ascii + text) { _ in .ok }
}

/// `timeprobe --status`.
func runStatus(_ request: ConfigurationRequest, asJSON: Bool) -> ExitStatus {
  ask(request, ("status" as StaticString).ascii) { answer in
    var text = ByteWriter(capacity: answer.count)
    if asJSON { text.append(answer) } else { StatusText(answer).append(to: &text) }
    return OutputFile.standardOutput().print(text) ? .ok : .output
  }
}

/// Asks the service that has this configuration. Exit 3 where none runs (DESIGN section 5).
private func ask(
  _ request: ConfigurationRequest, _ question: [UInt8], _ then: ([UInt8]) -> ExitStatus
) -> ExitStatus {
  let settings: ServiceSettings
  switch ConfigurationReader.read(request, .system()) {
  case .invalid(let problems, let sources): return refuse(problems, sources)
  case .valid(let valid), .unconfigured(let valid): settings = valid
  }
  guard let path = settings.control.value else {
    complain { $0.append("the configuration has no control socket (control off)" as StaticString) }
    return .unknown
  }
  let answer: [UInt8]
  do throws(SystemError) {
    answer = try converse(path, question)
  } catch {
    complain { text in
      text.append("no service at " as StaticString)
      text.append(path)
      text.append(": " as StaticString)
      text.append(systemError: error.code)
    }
    return .unknown
  }
  let problem: StaticString = "{\"error\":\""
  guard !answer.isEmpty, !answer.starts(with: problem.bytes) else {
    complain { text in
      if answer.isEmpty { return text.append("the service does not answer" as StaticString) }
      text.append("the service says: " as StaticString)
      text.append(Array(answer.dropFirst(problem.utf8CodeUnitCount).prefix { $0 != UInt8(ascii: "\"") }))
    }
    return answer.isEmpty ? .unknown : .permission
  }
  return then(answer)
}

/// One question, and everything that comes back within `patience`.
private func converse(_ path: [UInt8], _ question: [UInt8]) throws(SystemError) -> [UInt8] {
  let patience = Nanoseconds.seconds(5)
  let connection = try ControlConnection.open(path)
  _ = connection.send((question + [0x0a])[...])
  var answer: [UInt8] = []
  let deadline = LocalReading.now().raw + patience
  while connection.receive(into: &answer, most: 1 << 20), LocalReading.now().raw < deadline,
    !Host.wasInterrupted
  {
    DescriptorWait.wait([(connection.number, false)], deadline - LocalReading.now().raw)
  }
  return answer
}
