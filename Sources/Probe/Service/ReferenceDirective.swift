/// reference ADDRESS [name NAME] [interval TIME] [timeout TIME] [port PORT] [interface NAME] [source ADDRESS]
/// [rate-agreed] [hwtimestamp] [ipv4 | ipv6]
extension DirectiveReader {
  mutating func reference() -> ReferenceSettings? {
    guard let word = word("an ADDRESS") else { return nil }
    let host: HostPort
    do throws(Refusal) {
      host = try ValueReading.host(word.bytes, orForm: ValueReading.referenceForm)
    } catch {
      refuse(word, error)
      _ = referenceOptions(of: ReferenceSettings(target: ReferenceSetting(name: "", host: "", port: 0)))
      return nil
    }
    let name = String(decoding: word.bytes, as: UTF8.self)
    let target = ReferenceSetting(name: name, host: host.host, port: host.port ?? Endpoint.ntpPort)
    let settings = referenceOptions(of: ReferenceSettings(target: target))
    if host.port != nil, has(ReferenceOption.port.rawValue) {
      refuse(place(ofOption: ReferenceOption.port.rawValue), "@ has a port already", .word(word.bytes))
    }
    if has(ReferenceOption.v4.rawValue), has(ReferenceOption.v6.rawValue) {
      refuse(place(ofOption: ReferenceOption.v6.rawValue), "ipv4 and ipv6 exclude each other")
    }
    holdFamilies(host, settings)
    return isFaulty ? nil : settings
  }

  private mutating func referenceOptions(of standard: ReferenceSettings) -> ReferenceSettings {
    var settings = standard
    while let index = option(), let option = ReferenceOption(rawValue: index) {
      switch option {
      case .name:
        if let name = name() { settings.target.name = String(decoding: name, as: UTF8.self) }
      case .interval:
        if let interval = duration(in: ServiceLimits.interval) { settings.interval = interval }
      case .timeout: if let timeout = duration(in: ServiceLimits.timeout) { settings.timeout = timeout }
      case .port: if let port = number(in: 1...65535) { settings.target.port = UInt16(port) }
      case .interface:
        guard let word = word("a NAME") else { break }
        do throws(Refusal) { settings.interface = try ValueReading.interface(word.bytes) } catch {
          refuse(word, error)
        }
      case .source:
        guard let word = word("an ADDRESS") else { break }
        do throws(Refusal) { settings.source = try ValueReading.address(word.bytes).text } catch {
          refuse(word, error)
        }
      case .rateAgreed: settings.rateAgreed = true
      case .hardware: settings.hardwareStamps = true
      case .v4: settings.family = .v4
      case .v6: settings.family = .v6
      }
    }
    return settings
  }

  /// An address, what is asked for of a name, and the source must be of one family.
  private mutating func holdFamilies(_ host: HostPort, _ settings: ReferenceSettings) {
    let family = host.numeric?.address.family ?? settings.family.required
    guard let family else { return }
    let other: StaticString = family == .v4 ? "IPv4" : "IPv6"
    if host.numeric != nil, let required = settings.family.required, required != family {
      let option: ReferenceOption = required == .v4 ? .v4 : .v6
      refuse(
        place(ofOption: option.rawValue), "@ is an @ address", .word(Array(host.host.utf8)), .text(other))
    }
    guard let source = settings.source, let numeric = NumericHost(Array(source.utf8)[...]) else { return }
    if numeric.address.family != family {
      refuse(
        place(ofOption: ReferenceOption.source.rawValue),
        "@ cannot be the source towards an @ address", .word(Array(source.utf8)), .text(other))
    }
  }
}
