/// The whole plugin lines, one for each case of `ReportFixture`.
enum GoldenPluginLines {
  static let texts: [String: String] = [
    "ok": #"""
    TIMEPROBE OK - 10.0.0.1 14.2us behind (best), within 1ms for 100 % of the time, proven |\#
     offset=0.000014211s;-0.0005:0.0005;-0.001:0.001\#
     bound_low=-0.000076920s bound_high=0.000104300s\#
     worst=0.000111040s;;;0 delay=0.000231000s;;;0\#
     coverage=100.0000%;;;0;100 loss=0.8000%;;;0;100

    """#,
    "self": #"""
    TIMEPROBE UNKNOWN - self 312ns ahead (best), the instrument's own floor; \#
    it judges no clock |\#
     offset=-0.000000312s;-0.0005:0.0005;-0.001:0.001\#
     bound_low=-0.000001990s bound_high=0.000000566s\#
     worst=0.000020110s;;;0 delay=0.000002450s;;;0\#
     coverage=100.0000%;;;0;100 loss=0.0000%;;;0;100

    """#,
    "slowed": #"""
    TIMEPROBE UNKNOWN - time.example.org 812us ahead (best), too far away to prove 1ms: a delay of 30.2ms proves 16.1ms at best |\#
     offset=-0.000812000s;-0.0005:0.0005;-0.001:0.001\#
     bound_low=-0.015912000s bound_high=0.014288000s\#
     worst=0.016020000s;;;0 delay=0.031100000s;;;0\#
     coverage=0.0000%;;;0;100 loss=0.0000%;;;0;100

    """#,
    "silent": #"""
    TIMEPROBE UNKNOWN - 10.0.0.9 no reply to 8 queries, each within 1s |\#
     offset=U;-0.0005:0.0005;-0.001:0.001\#
     bound_low=U bound_high=U\#
     worst=U;;;0 delay=U;;;0\#
     coverage=0.0000%;;;0;100 loss=100.0000%;;;0;100

    """#,
    "refused": #"""
    TIMEPROBE UNKNOWN - 10.0.0.9 refused: ICMP port-unreachable |\#
     offset=U;-0.0005:0.0005;-0.001:0.001\#
     bound_low=U bound_high=U\#
     worst=U;;;0 delay=U;;;0\#
     coverage=0.0000%;;;0;100 loss=100.0000%;;;0;100

    """#,
    "unresolved": #"""
    TIMEPROBE UNKNOWN - gps.exmaple.net the name does not resolve: Name or service not known |\#
     offset=U;-0.0005:0.0005;-0.001:0.001\#
     bound_low=U bound_high=U\#
     worst=U;;;0 delay=U;;;0\#
     coverage=0.0000%;;;0;100 loss=100.0000%;;;0;100

    """#,
    "rejected": #"""
    TIMEPROBE UNKNOWN - 10.0.0.9 no usable reply: the reference is not synchronized (unsynchronized) |\#
     offset=U;-0.0005:0.0005;-0.001:0.001\#
     bound_low=U bound_high=U\#
     worst=U;;;0 delay=U;;;0\#
     coverage=0.0000%;;;0;100 loss=100.0000%;;;0;100

    """#,
    "torn": #"""
    TIMEPROBE OK - 10.0.0.1 14.2us behind (best), within 1ms for 100 % of the time, proven |\#
     offset=0.000014211s;-0.0005:0.0005;-0.001:0.001\#
     bound_low=-0.000076920s bound_high=0.000104300s\#
     worst=0.000111040s;;;0 delay=0.000231000s;;;0\#
     coverage=100.0000%;;;0;100 loss=0.8000%;;;0;100

    """#,
    "warning": #"""
    TIMEPROBE WARNING - 10.0.0.1 1.31ms behind (best), past critical (1ms) by the best estimate; \#
    not proven |\#
     offset=0.001310000s;-0.0005:0.0005;-0.001:0.001\#
     bound_low=-0.000040000s bound_high=0.002100000s\#
     worst=0.002100000s;;;0 delay=0.000231000s;;;0\#
     coverage=41.2345%;;;0;100 loss=0.8000%;;;0;100

    """#,
    "critical": #"""
    TIMEPROBE CRITICAL - 10.0.0.1 2.5ms ahead (best), at least 2.39ms ahead, proven; \#
    critical is 1ms |\#
     offset=-0.002500310s;-0.0005:0.0005;-0.001:0.001\#
     bound_low=-0.002604000s bound_high=-0.002398700s\#
     worst=0.002604000s;;;0 delay=0.000231000s;;;0\#
     coverage=50.3999%;;;0;100 loss=0.8000%;;;0;100

    """#,
    "gaps": #"""
    TIMEPROBE UNKNOWN - 10.0.0.1 14.2us behind (best), within 1ms is proven for only 93.12 % of the time, not for 99 %; \#
    1.34ms would hold |\#
     offset=0.000014211s;-0.0005:0.0005;-0.001:0.001\#
     bound_low=-0.000076920s bound_high=0.000104300s\#
     worst=0.001340000s;;;0 delay=0.000231000s;;;0\#
     coverage=93.1200%;;;0;100 loss=0.8000%;;;0;100

    """#,
    "several": #"""
    TIMEPROBE CRITICAL - gps2 2.5ms ahead (best), at least 2.39ms ahead, proven; \#
    critical is 1ms; \#
    ntp.example.net no reply to 8 queries, each within 1s; \#
    gps.exmaple.net the name does not resolve: Name or service not known; \#
    time.example.org 812us ahead (best), too far away to prove 1ms: a delay of 30.2ms proves 16.1ms at best; \#
    10.0.0.1 14.2us behind (best), within 1ms for 100 % of the time, proven |\#
     gps2_offset=-0.002500310s;-0.0005:0.0005;-0.001:0.001\#
     gps2_bound_low=-0.002604000s gps2_bound_high=-0.002398700s\#
     gps2_worst=0.002604000s;;;0 gps2_delay=0.000231000s;;;0\#
     gps2_coverage=50.3999%;;;0;100 gps2_loss=0.8000%;;;0;100\#
     ntp.example.net_offset=U;-0.0005:0.0005;-0.001:0.001\#
     ntp.example.net_bound_low=U ntp.example.net_bound_high=U\#
     ntp.example.net_worst=U;;;0 ntp.example.net_delay=U;;;0\#
     ntp.example.net_coverage=0.0000%;;;0;100 ntp.example.net_loss=100.0000%;;;0;100\#
     gps.exmaple.net_offset=U;-0.0005:0.0005;-0.001:0.001\#
     gps.exmaple.net_bound_low=U gps.exmaple.net_bound_high=U\#
     gps.exmaple.net_worst=U;;;0 gps.exmaple.net_delay=U;;;0\#
     gps.exmaple.net_coverage=0.0000%;;;0;100 gps.exmaple.net_loss=100.0000%;;;0;100\#
     time.example.org_offset=-0.000812000s;-0.0005:0.0005;-0.001:0.001\#
     time.example.org_bound_low=-0.015912000s time.example.org_bound_high=0.014288000s\#
     time.example.org_worst=0.016020000s;;;0 time.example.org_delay=0.031100000s;;;0\#
     time.example.org_coverage=0.0000%;;;0;100 time.example.org_loss=0.0000%;;;0;100\#
     10.0.0.1_offset=0.000014211s;-0.0005:0.0005;-0.001:0.001\#
     10.0.0.1_bound_low=-0.000076920s 10.0.0.1_bound_high=0.000104300s\#
     10.0.0.1_worst=0.000111040s;;;0 10.0.0.1_delay=0.000231000s;;;0\#
     10.0.0.1_coverage=100.0000%;;;0;100 10.0.0.1_loss=0.8000%;;;0;100

    """#,
  ]
}
