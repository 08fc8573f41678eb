/* An NTP server whose clock and manners change while it runs.
 *
 *   reference ADDRESS PORT
 *
 * S is CLOCK_REALTIME as it was at the start, carried on by CLOCK_MONOTONIC_RAW: a step or slew of this
 * machine's clock does not move it. T2 is the kernel's receive stamp laid onto that line; if C was set
 * since that stamp, the moment of reading.
 *
 * Each line of standard input is a command, answered by a line "BEFORE AFTER": it took effect between
 * these two moments of CLOCK_MONOTONIC_RAW, in ns. The program ends with standard input.
 *
 *   step NS      S jumps; positive = forward
 *   rate PPB     S gains that much on CLOCK_MONOTONIC_RAW from now on
 *   late NS      each reply leaves so much later, with T3 taken then
 *   stratum N    leap N    refid WORD    dispersion NS    as in replies from now on
 *   silent N     1: no replies */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { packet_size = 48, most_waiting = 4096 };
static const int64_t second = 1000000000;
static const uint64_t ntp_to_unix_s = 2208988800u;

struct waiting {
    int64_t due;
    struct sockaddr_in to;
    uint8_t packet[packet_size];
};

static struct {
    int64_t anchor_raw, anchor; /* S was `anchor` at `anchor_raw` */
    int64_t rate_ppb, late, dispersion;
    uint8_t stratum, leap, silent;
    char refid[4];
} state = {.stratum = 1, .refid = "GPS"};

static struct waiting queue[most_waiting];
static size_t first, count;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * second + t.tv_nsec;
}

static int64_t reference_time(int64_t raw) {
    int64_t elapsed = raw - state.anchor_raw;
    return state.anchor + elapsed + (int64_t)((__int128)elapsed * state.rate_ppb / second);
}

static void put(uint8_t *at, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--, value >>= 8) at[i] = (uint8_t)value;
}

static void put_time(uint8_t *at, int64_t unix_ns) {
    put(at, (uint64_t)(unix_ns / second) + ntp_to_unix_s, 4);
    put(at + 4, ((uint64_t)(unix_ns % second) << 32) / (uint64_t)second, 4);
}

static void send_due(int fd) {
    while (count > 0 && queue[first].due <= now(CLOCK_MONOTONIC_RAW)) {
        struct waiting *next = &queue[first];
        put_time(next->packet + 40, reference_time(now(CLOCK_MONOTONIC_RAW)));
        (void)sendto(fd, next->packet, packet_size, 0, (struct sockaddr *)&next->to, sizeof next->to);
        first = (first + 1) % most_waiting;
        count--;
    }
}

/* R at the moment of a stamp of C. Rather too late than too early, if the host takes the processor in between: a
 * query cannot have arrived before it was sent. */
static int64_t raw_of(int64_t stamp) {
    static int64_t last_step;
    int64_t raw = 0, realtime = 0, step = 0;
    for (int i = 0; i < 4; i++) {
        int64_t before = now(CLOCK_MONOTONIC_RAW);
        realtime = now(CLOCK_REALTIME);
        step = realtime - now(CLOCK_MONOTONIC);
        raw = now(CLOCK_MONOTONIC_RAW);
        if (raw - before < 1000) break;
    }
    int64_t ago = realtime - stamp;
    int is_stepped = llabs(step - last_step) > 5000;
    last_step = step;
    return stamp == 0 || is_stepped || ago < 0 ? raw : raw - ago;
}

static void answer(int fd) {
    uint8_t query[1024];
    union {
        struct cmsghdr header;
        char bytes[256];
    } control;
    struct iovec part = {query, sizeof query};
    struct sockaddr_in from;
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);
    if (length < packet_size || state.silent || count == most_waiting) return;
    int64_t stamp = 0;
    for (struct cmsghdr *one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
        if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec t;
        memcpy(&t, CMSG_DATA(one), sizeof t);
        stamp = (int64_t)t.tv_sec * second + t.tv_nsec;
    }
    int64_t arrival = raw_of(stamp);
    struct waiting *next = &queue[(first + count++) % most_waiting];
    next->due = arrival + state.late;
    next->to = from;
    uint8_t *packet = memset(next->packet, 0, packet_size);
    packet[0] = (uint8_t)(state.leap << 6 | (query[0] & 0x38) | 4);
    packet[1] = state.stratum;
    packet[2] = query[2];
    packet[3] = (uint8_t)-23; /* 119 ns */
    put(packet + 8, (uint64_t)((state.dispersion << 16) / second + 1), 4);
    memcpy(packet + 12, state.refid, 4);
    put_time(packet + 16, reference_time(arrival) - 4 * second);
    memcpy(packet + 24, query + 40, 8);
    put_time(packet + 32, reference_time(arrival));
}

static void obey(char *line) {
    char word[32];
    long long value = 0;
    int64_t before = now(CLOCK_MONOTONIC_RAW);
    if (sscanf(line, "%31s %lld", word, &value) < 1) return;
    state.anchor = reference_time(before);
    state.anchor_raw = before;
    if (!strcmp(word, "step")) state.anchor += value;
    else if (!strcmp(word, "rate")) state.rate_ppb = value;
    else if (!strcmp(word, "late")) state.late = value;
    else if (!strcmp(word, "stratum")) state.stratum = (uint8_t)value;
    else if (!strcmp(word, "leap")) state.leap = (uint8_t)value;
    else if (!strcmp(word, "dispersion")) state.dispersion = value;
    else if (!strcmp(word, "silent")) state.silent = (uint8_t)value;
    else if (!strcmp(word, "refid")) {
        memset(state.refid, 0, 4);
        sscanf(line, "%*s %4c", state.refid);
        state.refid[strcspn(state.refid, "\n")] = 0;
    } else {
        fprintf(stderr, "reference: %s", line);
        exit(2);
    }
    printf("%lld %lld\n", (long long)before, (long long)now(CLOCK_MONOTONIC_RAW));
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* Before all others, where that is allowed: what it does late would be a fault of its own. */
    struct sched_param first_of_all = {1};
    (void)sched_setscheduler(0, SCHED_FIFO, &first_of_all);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    if (fd < 0 || inet_pton(AF_INET, argv[1], &local.sin_addr) != 1) die("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on)) die("SO_TIMESTAMPNS");
    if (bind(fd, (struct sockaddr *)&local, sizeof local)) die("bind");
    state.anchor_raw = now(CLOCK_MONOTONIC_RAW);
    state.anchor = now(CLOCK_REALTIME);
    (void)raw_of(0);
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        struct pollfd polled[] = {{fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        struct timespec wait = {0, 0}, *until = NULL;
        if (count > 0) {
            int64_t left = queue[first].due - now(CLOCK_MONOTONIC_RAW);
            if (left > 0) wait = (struct timespec){left / second, left % second};
            until = &wait;
        }
        if (ppoll(polled, 2, until, NULL) < 0 && errno != EINTR) die("ppoll");
        if (polled[0].revents) answer(fd);
        send_due(fd);
        if (polled[1].revents) {
            char line[256];
            if (!fgets(line, sizeof line, stdin)) return 0;
            obey(line);
        }
    }
}
