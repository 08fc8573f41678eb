func appendPluginFailure(_ m: String, to text: inout ByteWriter) {}
func appendShortHelp(to text: inout ByteWriter) {}
