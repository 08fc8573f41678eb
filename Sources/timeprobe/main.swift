// By its C name and not by `import Probe`: the embedded compiler puts all of an imported Swift module into the one that
// imports it as well, and the program would be in the binary twice.
@_silgen_name("probe_program")
func timeprobe() -> Never

timeprobe()
