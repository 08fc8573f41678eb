#ifndef TIMEPROBE_CSHIM_STREAM_H
#define TIMEPROBE_CSHIM_STREAM_H

#include <stdint.h>

#include "cshim_socket.h"

// Files that records are kept in. Created with mode 0644, or found and written to at the end.
int32_t tp_open_append(const char *_Nonnull path);
// The same, but it must not be there yet; mode 0640.
int32_t tp_open_new(const char *_Nonnull path);
// Bytes, or -errno.
int64_t tp_file_size(const char *_Nonnull path);
int64_t tp_read_at(int32_t fd, void *_Nonnull bytes, int64_t count, int64_t offset);
int32_t tp_rename(const char *_Nonnull from, const char *_Nonnull to);
int32_t tp_unlink(const char *_Nonnull path);
// mkdir(2), mode 0750.
int32_t tp_make_folder(const char *_Nonnull path);

// Sockets that records leave by, not blocking, close-on-exec. A UDP socket sets DF and never fragments (IP_PMTUDISC_DO,
// IPV6_PMTUDISC_DO). A TCP socket is given up by the kernel when nothing was acknowledged for `patience_ms`
// (tcp(7), TCP_USER_TIMEOUT), also while it is idle (SO_KEEPALIVE).
int32_t tp_datagram_open(uint8_t family);
int32_t tp_tcp_open(uint8_t family, int32_t patience_ms);
// unix(7): SOCK_DGRAM where `datagram` is 1, else SOCK_STREAM.
int32_t tp_unix_open(int32_t datagram);
int32_t tp_unix_connect(int32_t fd, const char *_Nonnull path);
// SO_ERROR: 0, or -errno of what became of a connection.
int32_t tp_socket_error(int32_t fd);
// Bytes that the far side has not acknowledged, of unix(7) something above zero until it has read all (SIOCOUTQ).
int32_t tp_unacknowledged(int32_t fd);
// tcp_info: how many bytes more the far side had room for (tcpi_snd_wnd); 0 where the kernel does not tell.
int64_t tp_send_window(int32_t fd);
// send(2) without a signal where the far side is gone.
int64_t tp_send_quietly(int32_t fd, const void *_Nonnull bytes, int64_t count);

#endif
