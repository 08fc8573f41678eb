#include "cshim.h"

#include <nss.h>

// In a static binary glibc loads NSS modules of whatever version the system has. With an nsswitch.conf that
// names others than these two, that ends in a crash inside dlopen. Both of these are linked in.
extern int __nss_configure_lookup(const char *database, const char *services);

__attribute__((constructor)) static void restrict_name_services(void) {
  __nss_configure_lookup("hosts", "files dns");
}
