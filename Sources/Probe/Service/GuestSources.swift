/// This guest's evidence for the local watch. What cannot be opened here is left out; the rest goes on.
final class GuestSources {
  let timer: CancelTimer?
  private let clocksource: ClocksourceFile?
  private let pvclock: PvclockPage?
  private let vmclock: VmclockPage?
  private let load: LoadFiles
  private let pressure: PressureFiles

  init() {
    timer = try? CancelTimer()
    clocksource = try? ClocksourceFile()
    pvclock = try? PvclockPage()
    vmclock = try? VmclockPage()
    load = LoadFiles(groups: FileWorld.system().throttleFiles())
    pressure = PressureFiles(group: FileWorld.system().ownGroup())
  }

  var local: LocalSources {
    LocalSources(
      look: { Look(kernel: KernelClock.read(), suspended: Clocks.suspended()) },
      counter: { [clocksource, pvclock, vmclock] in
        CounterLook(
          clocksource: clocksource?.word(), pvclock: pvclock?.read(),
          marker: vmclock?.read()?.disruptionMarker)
      },
      load: { [load] in load.read(steal: $0) }, pressure: { [pressure] in pressure.read() },
      wasSet: { [timer] in timer?.take() ?? false },
      continues: { Host.continues })
  }
}
