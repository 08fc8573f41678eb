#define _GNU_SOURCE
#include "cshim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

// SCM_TIMESTAMPING carries three timespecs and the parser reads them as pairs of 64-bit words.
_Static_assert(sizeof(struct scm_timestamping) == 48, "scm_timestamping");
_Static_assert(sizeof(struct sock_extended_err) == 16, "sock_extended_err");
_Static_assert(sizeof(struct cmsghdr) == 16, "cmsghdr");

static socklen_t to_sockaddr(const struct tp_endpoint *endpoint, struct sockaddr_storage *storage) {
  memset(storage, 0, sizeof *storage);
  if (endpoint->family == 4) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(endpoint->port);
    memcpy(&v4->sin_addr, endpoint->address, 4);
    return sizeof *v4;
  }
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(endpoint->port);
  v6->sin6_scope_id = endpoint->scope;
  memcpy(&v6->sin6_addr, endpoint->address, 16);
  return sizeof *v6;
}

static struct tp_endpoint from_sockaddr(const struct sockaddr *address) {
  struct tp_endpoint endpoint = {.family = 0};
  if (address->sa_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    endpoint.family = 4;
    endpoint.port = ntohs(v4->sin_port);
    memcpy(endpoint.address, &v4->sin_addr, 4);
  } else if (address->sa_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    endpoint.family = 6;
    endpoint.port = ntohs(v6->sin6_port);
    endpoint.scope = v6->sin6_scope_id;
    memcpy(endpoint.address, &v6->sin6_addr, 16);
  }
  return endpoint;
}

static int32_t set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

int32_t tp_udp_open(uint8_t family) {
  int fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (family == 6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  return fd;
}

int32_t tp_bind(int32_t fd, const struct tp_endpoint *local) {
  struct sockaddr_storage storage;
  socklen_t length = to_sockaddr(local, &storage);
  return bind(fd, (struct sockaddr *)&storage, length) < 0 ? -errno : 0;
}

int32_t tp_connect(int32_t fd, const struct tp_endpoint *remote) {
  struct sockaddr_storage storage;
  socklen_t length = to_sockaddr(remote, &storage);
  return connect(fd, (struct sockaddr *)&storage, length) < 0 ? -errno : 0;
}

int32_t tp_local_endpoint(int32_t fd, struct tp_endpoint *local) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  if (getsockname(fd, (struct sockaddr *)&storage, &length) < 0) return -errno;
  *local = from_sockaddr((struct sockaddr *)&storage);
  return 0;
}

int32_t tp_bind_to_interface(int32_t fd, const char *name) {
  return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) < 0 ? -errno : 0;
}

int32_t tp_interface_of(const struct tp_endpoint *local, char *name) {
  struct ifaddrs *all;
  name[0] = 0;
  if (getifaddrs(&all) < 0) return -errno;
  for (struct ifaddrs *one = all; one; one = one->ifa_next) {
    if (!one->ifa_addr) continue;
    struct tp_endpoint candidate = from_sockaddr(one->ifa_addr);
    if (candidate.family != local->family || memcmp(candidate.address, local->address, 16) != 0) continue;
    strncpy(name, one->ifa_name, IF_NAMESIZE - 1);
    name[IF_NAMESIZE - 1] = 0;
    break;
  }
  freeifaddrs(all);
  return 0;
}

int32_t tp_interface_name(uint32_t index, char *name) { return if_indextoname(index, name) ? 0 : -errno; }

int32_t tp_path_mtu(int32_t fd, uint8_t family) {
  int mtu = 0;
  socklen_t length = sizeof mtu;
  int result = family == 4 ? getsockopt(fd, IPPROTO_IP, IP_MTU, &mtu, &length)
                           : getsockopt(fd, IPPROTO_IPV6, IPV6_MTU, &mtu, &length);
  return result < 0 ? -errno : mtu;
}

int32_t tp_want_errors(int32_t fd, uint8_t family) {
  return family == 4 ? set_option(fd, IPPROTO_IP, IP_RECVERR, 1)
                     : set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
}

int32_t tp_want_packet_info(int32_t fd, uint8_t family) {
  return family == 4 ? set_option(fd, IPPROTO_IP, IP_PKTINFO, 1)
                     : set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

int32_t tp_want_stamps(int32_t fd, int32_t transmit) {
  int flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE;
  if (transmit) flags |= SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;
  return set_option(fd, SOL_SOCKET, SO_TIMESTAMPING, flags);
}

int32_t tp_set_receive_buffer(int32_t fd, int32_t bytes) { return set_option(fd, SOL_SOCKET, SO_RCVBUF, bytes); }

int64_t tp_send(int32_t fd, const void *bytes, int64_t count) {
  ssize_t n = send(fd, bytes, (size_t)count, 0);
  return n < 0 ? -errno : n;
}

static void note_packet_info(struct msghdr *header, struct tp_message *message) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      message->to.family = 4;
      memcpy(message->to.address, &info.ipi_spec_dst, 4);
      message->interface = (uint32_t)info.ipi_ifindex;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      message->to.family = 6;
      memcpy(message->to.address, &info.ipi6_addr, 16);
      message->interface = info.ipi6_ifindex;
    }
  }
}

static int64_t receive(int fd, struct tp_message *message, struct msghdr *header, int flags) {
  struct iovec vector = {message->bytes, (size_t)message->capacity};
  header->msg_iov = &vector;
  header->msg_iovlen = 1;
  header->msg_control = message->control;
  header->msg_controllen = (size_t)message->control_capacity;
  ssize_t n = recvmsg(fd, header, flags);
  if (n < 0) return -errno;
  message->control_count = (int64_t)header->msg_controllen;
  message->truncated = (header->msg_flags & MSG_TRUNC) != 0;
  message->control_truncated = (header->msg_flags & MSG_CTRUNC) != 0;
  return n;
}

int64_t tp_receive(int32_t fd, struct tp_message *message) {
  struct sockaddr_storage storage;
  storage.ss_family = AF_UNSPEC;
  struct msghdr header = {.msg_name = &storage, .msg_namelen = sizeof storage};
  int64_t n = receive(fd, message, &header, 0);
  if (n < 0) return n;
  message->from = from_sockaddr((struct sockaddr *)&storage);
  message->to.family = 0;
  message->interface = 0;
  note_packet_info(&header, message);
  return n;
}

int64_t tp_receive_connected(int32_t fd, struct tp_message *message, int32_t errors) {
  struct msghdr header = {.msg_name = NULL};
  return receive(fd, message, &header, errors ? MSG_ERRQUEUE : 0);
}

int64_t tp_reply(int32_t fd, const void *bytes, int64_t count, const struct tp_message *request) {
  struct sockaddr_storage storage;
  struct iovec vector = {(void *)bytes, (size_t)count};
  union {
    char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    struct cmsghdr align;
  } control;
  struct msghdr header = {
      .msg_name = &storage,
      .msg_namelen = to_sockaddr(&request->from, &storage),
      .msg_iov = &vector,
      .msg_iovlen = 1,
  };
  if (request->to.family != 0) {
    memset(&control, 0, sizeof control);
    header.msg_control = &control;
    header.msg_controllen = sizeof control;
    struct cmsghdr *c = CMSG_FIRSTHDR(&header);
    if (request->to.family == 4) {
      struct in_pktinfo info = {.ipi_ifindex = 0};
      memcpy(&info.ipi_spec_dst, request->to.address, 4);
      c->cmsg_level = IPPROTO_IP;
      c->cmsg_type = IP_PKTINFO;
      c->cmsg_len = CMSG_LEN(sizeof info);
      memcpy(CMSG_DATA(c), &info, sizeof info);
      header.msg_controllen = CMSG_SPACE(sizeof info);
    } else {
      struct in6_pktinfo info = {.ipi6_ifindex = request->interface};
      memcpy(&info.ipi6_addr, request->to.address, 16);
      c->cmsg_level = IPPROTO_IPV6;
      c->cmsg_type = IPV6_PKTINFO;
      c->cmsg_len = CMSG_LEN(sizeof info);
      memcpy(CMSG_DATA(c), &info, sizeof info);
      header.msg_controllen = CMSG_SPACE(sizeof info);
    }
  }
  ssize_t n = sendmsg(fd, &header, 0);
  return n < 0 ? -errno : n;
}

int32_t tp_resolve(const char *host, uint8_t family, struct tp_endpoint *answers, int32_t capacity,
                   const char **why) {
  struct addrinfo hints = {
      .ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC,
      .ai_socktype = SOCK_DGRAM,
  };
  struct addrinfo *list;
  int error = getaddrinfo(host, NULL, &hints, &list);
  if (error) {
    *why = error == EAI_SYSTEM ? strerrordesc_np(errno) : gai_strerror(error);
    return error < 0 ? error : -error;
  }
  int32_t count = 0;
  for (struct addrinfo *one = list; one && count < capacity; one = one->ai_next) {
    struct tp_endpoint endpoint = from_sockaddr(one->ai_addr);
    if (endpoint.family != 0) answers[count++] = endpoint;
  }
  freeaddrinfo(list);
  return count;
}
