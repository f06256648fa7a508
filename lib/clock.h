/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock of all deadlines, and the time as part of a file name. */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_FILE_TIME_SIZE 32

/* Monotonic, since boot. */
int64_t clock_nanoseconds(void);
int64_t clock_milliseconds(void);

/*
 * Writes a time as 2026-11-30T134700Z, in UTC: such names sort by time, and no shell or
 * URL has to quote them.
 */
void clock_write_file_time(time_t when, char text[CLOCK_FILE_TIME_SIZE]);

#endif
