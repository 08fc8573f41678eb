@testable import Probe

extension World {
  /// A guest without adjtimex, counters or notices: the watch has its readings alone.
  var localSources: LocalSources {
    LocalSources(
      look: { Look() }, counter: { CounterLook() }, load: { _ in LoadCounters() }, wasSet: { false },
      continues: { 0 })
  }
}
