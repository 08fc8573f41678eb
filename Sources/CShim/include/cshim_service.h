// What a service asks of the kernel besides: its rights, its priority, its manager, its control socket.
// Results are 0 or a descriptor or -errno, unless said otherwise.
#pragma once

#include <stdint.h>

// SIGHUP is counted from here on and wakes every wait of a thread that takes signals.
int32_t tp_hangups_install(void);
int32_t tp_hangups_seen(void);

uint32_t tp_effective_user(void);

// Becomes this user and group with no others, keeps of what it may have the capabilities in `keep` (a bit each, by
// their numbers of capabilities(7)) and gives the rest up for good, also over execve (PR_SET_NO_NEW_PRIVS).
// - change_user: 0 = stays who it is
int32_t tp_drop_rights(int32_t change_user, uint32_t user, uint32_t group, uint64_t keep);
// A bit for each effective capability.
uint64_t tp_capabilities(void);
int32_t tp_change_owner(const char *path, uint32_t user, uint32_t group);

// SCHED_FIFO for the calling thread; threads that it starts have no such priority (sched(7)).
int32_t tp_set_real_time(int32_t priority);
// All pages, each once it is used (mlockall(2), MCL_ONFAULT).
int32_t tp_lock_memory(void);

// A listening unix(7) stream socket in place of an older one; `mode`: its permissions.
int32_t tp_control_listen(const char *path, uint32_t mode);
int32_t tp_control_accept(int32_t fd);
// The user at the other end (SO_PEERCRED).
int32_t tp_control_peer(int32_t fd, uint32_t *user);
// SHUT_WR: what was sent ends here.
int32_t tp_control_finish(int32_t fd);

// One datagram to the service's manager (sd_notify(3)); a path that begins with @ is abstract.
int32_t tp_notify(const char *path, const void *bytes, int64_t count);
