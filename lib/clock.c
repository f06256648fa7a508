/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock of all deadlines, and the time as part of a file name. */
#include <time.h>

#include "lib/clock.h"

int64_t clock_nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_milliseconds(void)
{
	return clock_nanoseconds() / 1000000;
}

void clock_write_file_time(time_t when, char text[CLOCK_FILE_TIME_SIZE])
{
	struct tm tm = { 0 };

	gmtime_r(&when, &tm);
	strftime(text, CLOCK_FILE_TIME_SIZE, "%Y-%m-%dT%H%M%SZ", &tm);
}
