/* Starts one program and says exactly what it cost. Small itself, because the kernel counts the
 * memory of the process that calls exec into the peak of the one that it becomes.
 *
 *   launch [-n NETNS] [-r ROOT] [-o STDOUT] [-e STDERR] RESULT COMMAND [ARGUMENT...]
 *   launch -b              is busy for ever
 *
 * -n enters /run/netns/NETNS; -r makes ROOT the program's root (the program is opened before, so the
 * root may be empty). RESULT gets lines "key value": exec_realtime_ns, wall_ns, user_us, sys_us,
 * maxrss_kb, status (the exit status, or minus the signal). It is written when the program has ended;
 * its first line, pid, at once. TERM and INT are passed on. The program dies with this one. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;

static void pass_on(int signal) {
    if (child > 0) kill(child, signal);
}

static void die(const char *what) {
    fprintf(stderr, "launch: %s: %s\n", what, strerror(errno));
    _exit(71);
}

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void redirect(const char *path, int to) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || dup2(fd, to) < 0) die(path);
}

int main(int argc, char **argv) {
    const char *netns = NULL, *root = NULL, *out = NULL, *err = NULL;
    int option;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while ((option = getopt(argc, argv, "+bn:r:o:e:")) != -1) {
        switch (option) {
        case 'b':
            for (volatile unsigned long n = 0;; n++) {}
        case 'n': netns = optarg; break;
        case 'r': root = optarg; break;
        case 'o': out = optarg; break;
        case 'e': err = optarg; break;
        default: return 64;
        }
    }
    if (argc - optind < 2) return 64;
    char **command = argv + optind + 1;
    FILE *result = fopen(argv[optind], "we");
    if (!result) die(argv[optind]);

    if (netns) {
        char path[256];
        snprintf(path, sizeof path, "/run/netns/%s", netns);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || setns(fd, CLONE_NEWNET)) die(path);
    }
    int64_t *exec_time = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (exec_time == MAP_FAILED) die("mmap");
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    int64_t start = now(CLOCK_MONOTONIC_RAW);
    child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGTERM, SIG_DFL);
        signal(SIGINT, SIG_DFL);
        if (out) redirect(out, 1);
        if (err) redirect(err, 2);
        int program = -1;
        if (root) {
            program = open(command[0], O_RDONLY | O_CLOEXEC);
            if (program < 0 || chroot(root) || chdir("/")) die(root);
        }
        extern char **environ;
        *exec_time = now(CLOCK_REALTIME);
        if (root) fexecve(program, command, environ);
        else execvp(command[0], command);
        die(command[0]);
    }
    fprintf(result, "pid %d\n", (int)child);
    fflush(result);

    int status;
    struct rusage used;
    while (wait4(child, &status, 0, &used) < 0)
        if (errno != EINTR) die("wait4");
    fprintf(result,
        "exec_realtime_ns %lld\nwall_ns %lld\nuser_us %lld\nsys_us %lld\nmaxrss_kb %ld\nstatus %d\n",
        (long long)*exec_time, (long long)(now(CLOCK_MONOTONIC_RAW) - start),
        (long long)used.ru_utime.tv_sec * 1000000 + used.ru_utime.tv_usec,
        (long long)used.ru_stime.tv_sec * 1000000 + used.ru_stime.tv_usec, used.ru_maxrss,
        WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    return fclose(result) ? 74 : 0;
}
