/// `--clocks --switch`: the survey under each clocksource in turn, the one in use first, and then back to that.
public struct SwitchedSurvey {
  private let survey: ClockSurvey
  private let clocksource: ClocksourceSwitch

  /// For each clocksource, beyond the survey's own time, before the guardian takes this process for hung: names may
  /// have to be looked up.
  static let slack = Nanoseconds.seconds(120)

  /// Before any thread is started.
  public init(_ settings: ClocksSettings, paths: ClockPaths = ClockPaths()) throws(ClocksourceRefusal) {
    clocksource = try ClocksourceSwitch(
      folder: paths.sys + "/devices/system/clocksource/clocksource0",
      patienceForEach: settings.duration + settings.burst.timeout + Self.slack)
    survey = ClockSurvey(settings, paths: paths)
  }

  public func run() -> ClockReport {
    var report = survey.begin()
    var switching = ClockSwitching(first: clocksource.first)
    for name in order() where !Host.wasInterrupted {
      do throws(ClocksourceTrouble) {
        try clocksource.use(name)
      } catch {
        switching.failures.append(ClockSwitching.Failure(name, error.reason))
        if error.isFinal { break }
        continue
      }
      survey.survey(&report)
    }
    switching.restoration = clocksource.restore()
    report.switching = switching
    return report
  }

  private func order() -> [[UInt8]] {
    [clocksource.first] + clocksource.available.filter { $0 != clocksource.first }
  }
}

extension ClocksourceTrouble {
  var reason: ClockSwitching.Reason {
    switch self {
    case .refused(let error): .refused(error.code)
    case .kept(let name): .kept(String(decoding: name, as: UTF8.self))
    case .changed(let name): .changed(String(decoding: name, as: UTF8.self))
    case .guardianDied: .guardianDied
    }
  }
}
