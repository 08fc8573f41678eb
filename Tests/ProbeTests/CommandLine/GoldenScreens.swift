/// The whole screens, one for each case of `ReportFixture`.
enum GoldenScreens {
  static let texts: [String: String] = [
    "ok": #"""
    vm7 -> 10.0.0.1  GPS, stratum 1, root distance 15.3us, leap none
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500, kernel stamps both ways
    queries  250 sent, 248 good, 1 lost, 1 rejected (bad-origin), 2s
    OK       within 1ms for 100 % of the time, proven
    offset   14.2us behind (best); 77us ahead to 105us behind (proven)
    worst    112us possible; longest unproven gap 0
    delay    182us min, 231us median, 5.12ms p99
    where    tx 5us | out 115us | server 9us | back 116us | rx 33us

     43.4us behind |''''''''''''''''''''''''|'''''''''''''''''''''''''''''''''''
                   |                        |
    offset         |                        |
                   |                        |
       2.4ms ahead |                        |
            5.12ms |                        |
    delay          |                        |
             182us |........................|...................................
                    0                            1s                           2s

    """#,
    "self": #"""
    vm7 -> self  LOCL, stratum 1, root distance 0, leap none
    guest    kernel 6.18.0, clocksource kvm-clock
    path     lo 127.0.0.1 -> 127.0.0.1, MTU 65536, kernel stamps both ways
    queries  250 sent, 250 good, 2s
    UNKNOWN  the instrument's own floor; it judges no clock
    offset   312ns ahead (best); 1.99us ahead to 566ns behind (proven)
    worst    20.2us possible; longest unproven gap 0
    delay    2.11us min, 2.45us median, 19.9us p99
    where    tx 5us | out and back 2.45us | server 9us | rx 33us

       10ns behind || ::..  | ::... |:: :.. ||::. .  |::... |: ::.. ||:: ..  |::
                   |||||||.||||||||||||:|||||||||.|||||||||.||:||||.||||:|||||||
    offset         |||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||
                   ||||||||||||||||||'||||||||||||||||||||||'|||||||||'|||||||'|
       881ns ahead | ''| ||| ''||| |' ''|| | '' |||| '' | || '''| || ' '||| |' '
            19.9us |         |                   |                   |
    delay          |         |                   |                   |
            2.11us |.........|...................|...................|..........
                    0                            1s                           2s

    """#,
    "slowed": #"""
    vm7 -> time.example.org  192.0.2.1, stratum 2, root distance 6.02ms, leap none
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 2001:db8:ffff:5678:9abc:def0:1234:5678 ->
             2001:db8:1234:5678:9abc:def0:1234:5678, MTU 1500, stamps out 6 kernel
             and 2 user, back kernel
    queries  8 sent, 8 good, 7.03s
    slowed   to one query every 1s: neither loopback, private nor link-local, and no
             --rate-agreed
    UNKNOWN  too far away to prove 1ms: a delay of 30.2ms proves 16.1ms at best
    offset   812us ahead (best); 16ms ahead to 14.3ms behind (proven)
    worst    16.1ms possible; longest unproven gap 7.04s
    delay    30.2ms min, 31.1ms median, 44.3ms p99
    where    tx 5us | out 115us | server 9us | back 116us | rx 33us

       790us ahead |   '       '              '      '       '      '       '
                   |
    offset         |
                   |
       6.8ms ahead |                  .
            44.3ms |                  '
    delay          |
            30.2ms |   .       -              .      -       .      .       -
                    0                            4s                           8s

    """#,
    "silent": #"""
    vm7 -> 10.0.0.9
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500
    queries  8 sent, 0 good, 8 lost, 8s
    UNKNOWN  no reply to 8 queries, each within 1s

    """#,
    "refused": #"""
    vm7 -> 10.0.0.9
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500
    queries  8 sent, 0 good, 8 lost (8 ICMP port-unreachable), 8s
    UNKNOWN  refused: ICMP port-unreachable

    """#,
    "unresolved": #"""
    vm7 -> gps.exmaple.net
    guest    kernel 6.18.0, clocksource tsc
    UNKNOWN  the name does not resolve: Name or service not known

    """#,
    "rejected": #"""
    vm7 -> 10.0.0.9
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500
    queries  8 sent, 0 good, 8 rejected, 8s; replies refused: 40 bad-origin, 8
             unsynchronized
    UNKNOWN  no usable reply: the reference is not synchronized (unsynchronized)

    """#,
    "torn": #"""
    vm7 -> 10.0.0.1  GPS, stratum 1, root distance 15.3us, leap none
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500, stamps out kernel, back 240 kernel and 8 user
    queries  250 sent, 248 good, 1 lost (1 still open at the end), 1 rejected
             (bad-origin), 2s
    OK       within 1ms for 100 % of the time, proven
    offset   14.2us behind (best); 77us ahead to 105us behind (proven)
    worst    112us possible; longest unproven gap 0
    delay    182us min, 231us median, 5.12ms p99
    where    tx 5us | out 115us | server 9us | back 116us | rx 33us
    note     the clock was stepped within 2 exchanges
    note     the bounds contradicted each other 1 time: the clock, the guest's
             counter or the reference jumped
    note     12 records were not written in time

     43.4us behind |''''''''''''''''''''''''|'''''''''''''''''''''''''''''''''''
                   |                        |
    offset         |                        |
                   |                        |
       2.4ms ahead |                        |
            5.12ms |                        |
    delay          |                        |
             182us |........................|...................................
                    0                            1s                           2s

    """#,
    "warning": #"""
    vm7 -> 10.0.0.1  GPS, stratum 1, root distance 15.3us, leap none
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500, kernel stamps both ways
    queries  250 sent, 248 good, 1 lost, 1 rejected (bad-origin), 2s
    WARNING  past critical (1ms) by the best estimate; not proven
    offset   1.31ms behind (best); 40us ahead to 2.1ms behind (proven)
    worst    2.1ms possible; longest unproven gap 1.18s
    delay    182us min, 231us median, 5.12ms p99
    where    tx 5us | out 115us | server 9us | back 116us | rx 33us

     1.34ms behind |                                                ....::---||'
                   |                                    ...::--|||''''
    offset         |                     .....::--||'''''
                   |         ...:::---|''''
                 0 |:----|'''''
            5.12ms |                        |
    delay          |                        |
             182us |........................|...................................
                    0                            1s                           2s

    """#,
    "critical": #"""
    vm7 -> 10.0.0.1  GPS, stratum 1, root distance 15.3us, leap none
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500, kernel stamps both ways
    queries  250 sent, 248 good, 1 lost, 1 rejected (bad-origin), 2s
    CRITICAL at least 2.39ms ahead, proven; critical is 1ms
    offset   2.5ms ahead (best); 2.39ms to 2.61ms ahead (proven)
    worst    2.61ms possible; longest unproven gap 992ms
    delay    182us min, 231us median, 5.12ms p99
    where    tx 5us | out 115us | server 9us | back 116us | rx 33us

     59.4us behind |'''''''''''''''''''''''''''''|
                   |                             |
    offset         |                             |
                   |                             |
       2.5ms ahead |                             |..............................
            5.12ms |                        |
    delay          |                        |
             182us |........................|...................................
                    0                            1s                           2s

    """#,
    "gaps": #"""
    vm7 -> 10.0.0.1  GPS, stratum 1, root distance 15.3us, leap none
    guest    kernel 6.18.0, clocksource tsc
    path     eth0 10.0.0.7, MTU 1500, kernel stamps both ways
    queries  250 sent, 248 good, 1 lost, 1 rejected (bad-origin), 2s
    UNKNOWN  within 1ms is proven for only 93.12 % of the time, not for 99 %; 1.34ms
             would hold
    offset   14.2us behind (best); 77us ahead to 105us behind (proven)
    worst    1.34ms possible; longest unproven gap 120ms
    delay    182us min, 231us median, 5.12ms p99
    where    tx 5us | out 115us | server 9us | back 116us | rx 33us

     43.4us behind |''''''''''''''''''''''''|'''''''''''''''''''''''''''''''''''
                   |                        |
    offset         |                        |
                   |                        |
       2.4ms ahead |                        |
            5.12ms |                        |
    delay          |                        |
             182us |........................|...................................
                    0                            1s                           2s

    """#,
    "several": #"""
    vm7 -> 5 references
    guest    kernel 6.18.0, clocksource tsc
    CRITICAL 1 critical, 3 unknown, 1 ok

             reference                 offset (best)   possible  delay    good/sent
    CRITICAL gps2                      2.5ms ahead     2.61ms    231us    248/250
               at least 2.39ms ahead, proven; critical is 1ms
    UNKNOWN  ntp.example.net           no reply to 8 queries, each within 1s
    UNKNOWN  gps.exmaple.net           the name does not resolve: Name or service
             not known
    UNKNOWN  time.example.org          812us ahead     16.1ms    31.1ms   8/8
               too far away to prove 1ms: a delay of 30.2ms proves 16.1ms at best
    OK       10.0.0.1                  14.2us behind   112us     231us    248/250

    """#,
  ]
}
