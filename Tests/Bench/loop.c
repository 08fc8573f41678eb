/* The least that a watch of the clocks can cost: sleeps in ppoll for 8 ms with the same two descriptors, a socket and
 * a timer that is cancelled when REALTIME is set, and reads R, C, M, R after each sleep. Runs until it is killed. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const clockid_t clocks[4] = {CLOCK_MONOTONIC_RAW, CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW};

int main(void) {
    const struct itimerspec never = {.it_value.tv_sec = INT32_MAX};
    struct pollfd descriptors[2] = {
        {.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), .events = POLLIN},
        {.fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC), .events = POLLIN},
    };
    if (timerfd_settime(descriptors[1].fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, 0) < 0) return 1;
    for (;;) {
        struct timespec length = {.tv_nsec = 8000000}, seen[4];
        if (ppoll(descriptors, 2, &length, 0) < 0 && errno != EINTR) return 1;
        /* Somebody set the clock: it stays readable, and this loop awake, until it is read. */
        uint64_t count;
        if (descriptors[1].revents && read(descriptors[1].fd, &count, sizeof count) < 0 && errno != ECANCELED) return 1;
        for (int index = 0; index < 4; index++) clock_gettime(clocks[index], &seen[index]);
        /* The compiler may not leave out what nobody looks at. */
        __asm__ volatile("" : : "r"(seen) : "memory");
    }
}
