/* A UDP relay that holds packets back, one way or the other: the network of a lab whose kernel has no netem.
 *
 *   relay ADDRESS PORT TARGET_ADDRESS TARGET_PORT
 *
 * Packets of one direction keep their order. For up to 16 clients. Each line of standard input is a command, answered
 * by a line "BEFORE AFTER": it took effect between these two moments of CLOCK_MONOTONIC_RAW, in ns. The program
 * ends with standard input.
 *
 *   out NS     back NS          what arrives from now on is held for so long, on its way to the target or back
 *   queue NS                    besides, each packet for an exponential time of this mean
 *   drop N                      1: nothing is passed on */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { most_bytes = 256, most_waiting = 4096, most_clients = 16 };
static const int64_t second = 1000000000;
/* A sleep ends late by some ten us: the rest is waited for awake. */
static const int64_t awake = 100000;

struct client {
    struct sockaddr_in address;
    int fd; /* towards the target, as behind a NAT */
};

struct waiting {
    int64_t due;
    struct client *client;
    size_t length;
    uint8_t bytes[most_bytes];
};

struct line {
    struct waiting queue[most_waiting];
    size_t first, count;
    int64_t held, last;
};

static struct line out, back;
static struct client clients[most_clients];
static size_t client_count;
static int64_t mean;
static int is_dropping, front;
static struct sockaddr_in target;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (int64_t)t.tv_sec * second + t.tv_nsec;
}

static struct sockaddr_in endpoint(const char *host, const char *port) {
    struct sockaddr_in one = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    if (inet_pton(AF_INET, host, &one.sin_addr) != 1) die(host);
    return one;
}

static struct client *known(const struct sockaddr_in *address) {
    for (size_t i = 0; i < client_count; i++)
        if (!memcmp(&clients[i].address, address, sizeof *address)) return &clients[i];
    /* The oldest makes room. */
    struct client *one = &clients[client_count % most_clients];
    if (client_count == most_clients) {
        close(clients[0].fd);
        memmove(clients, clients + 1, sizeof clients - sizeof *clients);
        one = &clients[most_clients - 1];
    } else {
        client_count++;
    }
    one->address = *address;
    one->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (one->fd < 0 || connect(one->fd, (struct sockaddr *)&target, sizeof target)) die("connect");
    return one;
}

static void hold(struct line *line, struct client *client, const uint8_t *bytes, ssize_t length) {
    if (length < 0 || line->count == most_waiting || is_dropping) return;
    struct waiting *next = &line->queue[(line->first + line->count++) % most_waiting];
    int64_t queued = mean ? (int64_t)(-(double)mean * log(1 - drand48())) : 0, due = now() + line->held + queued;
    line->last = next->due = due > line->last ? due : line->last;
    next->client = client;
    next->length = (size_t)length;
    memcpy(next->bytes, bytes, next->length);
}

static void send_due(struct line *line) {
    while (line->count > 0 && line->queue[line->first].due - now() <= awake) {
        struct waiting *next = &line->queue[line->first];
        while (next->due > now()) {}
        if (line == &out)
            (void)send(next->client->fd, next->bytes, next->length, 0);
        else
            (void)sendto(front, next->bytes, next->length, 0, (struct sockaddr *)&next->client->address,
                         sizeof next->client->address);
        line->first = (line->first + 1) % most_waiting;
        line->count--;
    }
}

static void obey(char *line) {
    char word[32];
    long long value = 0;
    int64_t before = now();
    if (sscanf(line, "%31s %lld", word, &value) < 1) return;
    if (!strcmp(word, "out")) out.held = value;
    else if (!strcmp(word, "back")) back.held = value;
    else if (!strcmp(word, "queue")) mean = value;
    else if (!strcmp(word, "drop")) is_dropping = (int)value;
    else {
        fprintf(stderr, "relay: %s", line);
        exit(2);
    }
    printf("%lld %lld\n", (long long)before, (long long)now());
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct sched_param first_of_all = {1};
    (void)sched_setscheduler(0, SCHED_FIFO, &first_of_all);
    struct sockaddr_in local = endpoint(argv[1], argv[2]);
    target = endpoint(argv[3], argv[4]);
    front = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (front < 0 || bind(front, (struct sockaddr *)&local, sizeof local)) die("bind");
    srand48(1);
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        struct pollfd polled[2 + most_clients] = {{front, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        size_t watched = client_count;
        for (size_t i = 0; i < watched; i++) polled[2 + i] = (struct pollfd){clients[i].fd, POLLIN, 0};
        struct timespec wait = {0, 0}, *until = NULL;
        for (struct line *line = &out;; line = &back) {
            if (line->count > 0) {
                int64_t left = line->queue[line->first].due - now() - awake;
                if (left < 0) left = 0;
                if (!until || left < wait.tv_sec * second + wait.tv_nsec)
                    wait = (struct timespec){left / second, left % second};
                until = &wait;
            }
            if (line == &back) break;
        }
        if (ppoll(polled, 2 + watched, until, NULL) < 0 && errno != EINTR) die("ppoll");
        uint8_t bytes[most_bytes];
        for (size_t i = 0; i < watched; i++)
            if (polled[2 + i].revents)
                hold(&back, &clients[i], bytes, recv(clients[i].fd, bytes, sizeof bytes, MSG_DONTWAIT));
        if (polled[0].revents) {
            struct sockaddr_in from;
            memset(&from, 0, sizeof from);
            socklen_t size = sizeof from;
            ssize_t length =
                recvfrom(front, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
            if (length >= 0) hold(&out, known(&from), bytes, length);
        }
        send_due(&out);
        send_due(&back);
        if (polled[1].revents) {
            char line[256];
            if (!fgets(line, sizeof line, stdin)) return 0;
            obey(line);
        }
    }
}
