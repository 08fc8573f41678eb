/// `timeprobe --check-config`: what the service would run with, or everything that is wrong with it.
func checkConfiguration(_ request: ConfigurationRequest, asJSON: Bool) -> ExitStatus {
  var text = ByteWriter(capacity: 8192)
  let settings: ServiceSettings
  switch ConfigurationReader.read(request, .system()) {
  case .invalid(let problems, let sources): return refuse(problems, sources)
  case .valid(let valid): settings = valid
  case .unconfigured(let rest):
    settings = rest
    if !asJSON { complain { $0.append(nothingConfigured) } }
  }
  if asJSON { text.json(settings) } else { appendConfiguration(settings, to: &text) }
  return OutputFile.standardOutput().print(text) ? .ok : .output
}

let nothingConfigured: StaticString =
  "no reference and no stream is configured: the service would wait for a reload"
