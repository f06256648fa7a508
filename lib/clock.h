/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock of all deadlines: monotonic, since boot. */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

int64_t clock_nanoseconds(void);
int64_t clock_milliseconds(void);

#endif
