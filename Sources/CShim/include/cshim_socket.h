#ifndef TIMEPROBE_CSHIM_SOCKET_H
#define TIMEPROBE_CSHIM_SOCKET_H

#include <stdint.h>

// A UDP endpoint of either family, in a layout that Swift can fill in. `address` is in network order
// (IPv4 in the first four bytes), `port` and `scope` in host order.
struct tp_endpoint {
  uint8_t address[16];
  uint32_t scope;
  uint16_t port;
  // 4 or 6.
  uint8_t family;
};

// A UDP socket, not blocking, close-on-exec. `family` is 4 or 6; an IPv6 socket takes IPv6 only.
int32_t tp_udp_open(uint8_t family);
int32_t tp_bind(int32_t fd, const struct tp_endpoint *_Nonnull local);
int32_t tp_connect(int32_t fd, const struct tp_endpoint *_Nonnull remote);
int32_t tp_local_endpoint(int32_t fd, struct tp_endpoint *_Nonnull local);
// SO_BINDTODEVICE.
int32_t tp_bind_to_interface(int32_t fd, const char *_Nonnull name);
// The name of the interface that holds this address; 0 and an empty name where none does. `name` holds 16 bytes.
int32_t tp_interface_of(const struct tp_endpoint *_Nonnull local, char *_Nonnull name);
int32_t tp_interface_name(uint32_t index, char *_Nonnull name);
// IP_MTU, IPV6_MTU: what the kernel knows of the path of a connected socket.
int32_t tp_path_mtu(int32_t fd, uint8_t family);
// IP_RECVERR, IPV6_RECVERR: ICMP errors come to the error queue with their origin.
int32_t tp_want_errors(int32_t fd, uint8_t family);
// IP_PKTINFO, IPV6_RECVPKTINFO: to which address a datagram came.
int32_t tp_want_packet_info(int32_t fd, uint8_t family);
// SO_TIMESTAMPING, software stamps of what arrives and, where `transmit` is 1, of what leaves: on the error
// queue, without the packet, each with the number of its send counted from 0.
// Documentation/networking/timestamping.rst
int32_t tp_want_stamps(int32_t fd, int32_t transmit);
// SO_RCVBUF as far as the system allows.
int32_t tp_set_receive_buffer(int32_t fd, int32_t bytes);

int64_t tp_send(int32_t fd, const void *_Nonnull bytes, int64_t count);

struct tp_message {
  void *_Nullable bytes;
  int64_t capacity;
  void *_Nullable control;
  int64_t control_capacity;
  // Filled in when something was received.
  int64_t control_count;
  // The datagram was longer than `capacity`, or its control messages than `control_capacity`.
  int32_t truncated;
  int32_t control_truncated;
  // These three by tp_receive only.
  struct tp_endpoint from;
  // From the packet information, where asked for: the address it came to; family 0 otherwise.
  struct tp_endpoint to;
  uint32_t interface;
};

// recvmsg(2). The number of bytes, or -errno (-EAGAIN: nothing there).
int64_t tp_receive(int32_t fd, struct tp_message *_Nonnull message);
// The same where nobody but the connected peer can send; from the error queue where `errors` is 1.
int64_t tp_receive_connected(int32_t fd, struct tp_message *_Nonnull message, int32_t errors);
// Answers a received message from the address that it came to.
int64_t tp_reply(int32_t fd, const void *_Nonnull bytes, int64_t count, const struct tp_message *_Nonnull request);

// getaddrinfo(3) for UDP, the first `capacity` answers. `family` 0: either. The number of answers,
// or an EAI_ code below zero with its words in `why`.
int32_t tp_resolve(const char *_Nonnull host, uint8_t family, struct tp_endpoint *_Nonnull answers,
                   int32_t capacity, const char *_Nullable *_Nonnull why);

#endif
