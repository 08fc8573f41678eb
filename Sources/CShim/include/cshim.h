// The system calls that timeprobe makes, one thin function each. A result below zero is -errno.
// No logic here: layouts, constants and the calls themselves.
#ifndef TIMEPROBE_CSHIM_H
#define TIMEPROBE_CSHIM_H

#include <stdint.h>

#include "cshim_child.h"
#include "cshim_clock.h"
#include "cshim_device.h"
#include "cshim_file.h"
#include "cshim_getopt.h"
#include "cshim_guest.h"
#include "cshim_process.h"
#include "cshim_service.h"
#include "cshim_socket.h"
#include "cshim_stream.h"

#endif
