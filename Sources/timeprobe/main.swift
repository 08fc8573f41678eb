import Probe

timeprobe()
