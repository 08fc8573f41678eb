import Probe
_ = timeprobeMain()
