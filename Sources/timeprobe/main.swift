import Probe

_ = timeprobeMain()
