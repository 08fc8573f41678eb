/* The yardstick: the least that an honest NTP client in C can do for a query. It sends basic queries
 * on an absolute schedule, takes the kernel's stamps of both ways, checks the origin, keeps offset and
 * delay, and speaks only at the end. No bounds, no local clocks, no records.
 *
 *   client ADDRESS PORT COUNT INTERVAL_NS [SAMPLES_FILE]
 *
 * SAMPLES_FILE gets one line a sample: offset_ns delay_ns (offset as in RFC 5905: positive = behind).
 * Standard output gets one line: sent, received, stamped both ways, and this process's CPU in the loop.
 *
 * System calls for a query: ppoll (the schedule), send, recvmsg (the departure stamp), ppoll, recvmsg. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { packet_size = 48, reply_timeout_ns = 1000000000 };
static const uint64_t ntp_to_unix_s = 2208988800u;

struct sample {
    int64_t offset, delay;
};

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* NTP timestamp at p, in nanoseconds since 1970, era 0. */
static int64_t ntp_ns(const unsigned char *p) {
    uint32_t seconds, fraction;
    memcpy(&seconds, p, 4);
    memcpy(&fraction, p + 4, 4);
    return (int64_t)((uint64_t)ntohl(seconds) - ntp_to_unix_s) * 1000000000
        + (int64_t)(((uint64_t)ntohl(fraction) * 1000000000u + (1u << 31)) >> 32);
}

/* The software stamp in the control data of m, in nanoseconds since 1970, or 0. *id is the OPT_ID of
 * a departure's stamp. */
static int64_t stamp_of(struct msghdr *m, uint32_t *id) {
    int64_t ns = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPING) {
            struct scm_timestamping t;
            memcpy(&t, CMSG_DATA(c), sizeof t);
            ns = (int64_t)t.ts[0].tv_sec * 1000000000 + t.ts[0].tv_nsec;
        } else if (id && c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) {
            struct sock_extended_err e;
            memcpy(&e, CMSG_DATA(c), sizeof e);
            if (e.ee_origin == SO_EE_ORIGIN_TIMESTAMPING) *id = e.ee_data;
        }
    }
    return ns;
}

/* Waits until the clock reads `until` (MONOTONIC), or for input on fd (-1: none). */
static int wait_until(int fd, int64_t until) {
    int64_t left = until - now(CLOCK_MONOTONIC);
    if (left <= 0) return 0;
    struct timespec t = {left / 1000000000, left % 1000000000};
    struct pollfd p = {fd, POLLIN, 0};
    int n = ppoll(&p, fd < 0 ? 0 : 1, &t, NULL);
    if (n < 0 && errno != EINTR) die("ppoll");
    return n;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: client ADDRESS PORT COUNT INTERVAL_NS [SAMPLES_FILE]\n");
        return 64;
    }
    long count = atol(argv[3]);
    int64_t interval = atoll(argv[4]);
    struct sample *samples = malloc((size_t)count * sizeof *samples);
    if (!samples) die("malloc");

    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) die("address");
    int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE
        | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags)) die("SO_TIMESTAMPING");
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) die("connect");

    union {
        char bytes[256];
        struct cmsghdr align;
    } control;
    unsigned char query[packet_size] = {0x23 /* leap 0, version 4, mode 3 */}, reply[packet_size * 2];
    struct iovec io = {reply, sizeof reply};
    struct msghdr m;

    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    long received = 0, stamped = 0, sent = 0;
    int64_t due = now(CLOCK_MONOTONIC);
    /* The origin need only be unlike the last one here; a real client draws it at random. */
    uint64_t nonce = (uint64_t)now(CLOCK_REALTIME) * 0x9E3779B97F4A7C15u;

    for (long i = 0; i < count; i++, due += interval) {
        while (now(CLOCK_MONOTONIC) < due) wait_until(-1, due);
        nonce = nonce * 6364136223846793005u + 1442695040888963407u;
        memcpy(query + 40, &nonce, 8);
        if (send(fd, query, sizeof query, 0) != sizeof query) continue;
        uint32_t id = (uint32_t)sent++, seen = UINT32_MAX;

        int64_t t1 = 0;
        m = (struct msghdr){.msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
        if (recvmsg(fd, &m, MSG_ERRQUEUE) >= 0) t1 = stamp_of(&m, &seen);

        int64_t give_up = now(CLOCK_MONOTONIC) + reply_timeout_ns;
        while (wait_until(fd, give_up) > 0) {
            m = (struct msghdr){.msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes,
                .msg_controllen = sizeof control.bytes};
            ssize_t n = recvmsg(fd, &m, 0);
            if (n < packet_size || (reply[0] & 7) != 4 || memcmp(reply + 24, query + 40, 8)) {
                /* A departure stamp that came late wakes as well. */
                m = (struct msghdr){.msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
                if (recvmsg(fd, &m, MSG_ERRQUEUE) >= 0) t1 = stamp_of(&m, &seen);
                continue;
            }
            received++;
            int64_t t4 = stamp_of(&m, NULL), t2 = ntp_ns(reply + 32), t3 = ntp_ns(reply + 40);
            if (t1 && t4 && seen == id)
                samples[stamped++] = (struct sample){((t2 - t1) + (t3 - t4)) / 2, (t4 - t1) - (t3 - t2)};
            break;
        }
    }
    getrusage(RUSAGE_SELF, &after);

    if (argc > 5) {
        FILE *f = fopen(argv[5], "w");
        if (!f) die(argv[5]);
        for (long i = 0; i < stamped; i++)
            fprintf(f, "%lld %lld\n", (long long)samples[i].offset, (long long)samples[i].delay);
        if (fclose(f)) die(argv[5]);
    }
    double cpu_us = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec
            + after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e6
        + (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec
            + after.ru_stime.tv_usec - before.ru_stime.tv_usec);
    printf("sent %ld received %ld stamped %ld cpu_us_per_query %.2f\n", sent, received, stamped,
        sent ? cpu_us / (double)sent : 0.0);
    return 0;
}
