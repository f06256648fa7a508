/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into programs by a test that would wait: a clock that runs TEST_CLOCK_RATE times fast. */
/*
 * What a program asks to wait takes that much less, and its clocks show that more has passed.
 * Wall clocks run fast from when the program started, the others from the boot: durations of
 * all programs that share the rate agree. Signals of timer_settime() and alarm() come early.
 */
#include <dlfcn.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

static int64_t rate(void)
{
	const char *text = getenv("TEST_CLOCK_RATE");
	int64_t value = text ? atoll(text) : 1;

	return value > 0 ? value : 1;
}

static struct timespec time_of(int64_t nanoseconds)
{
	return (struct timespec){ nanoseconds / SECOND, nanoseconds % SECOND };
}

/* The next function of that name: libc's. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The wait for a requested one; NULL stays NULL. */
static const struct timespec *shorten(const struct timespec *asked,
				      struct timespec *storage)
{
	if (!asked)
		return NULL;
	*storage = time_of((asked->tv_sec * SECOND + asked->tv_nsec) / rate());
	return storage;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int64_t begun;
	int r = REAL(clock_gettime)(clock, now);
	int64_t value = now->tv_sec * SECOND + now->tv_nsec;

	if (r < 0 || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC &&
		      clock != CLOCK_BOOTTIME && clock != CLOCK_MONOTONIC_COARSE))
		return r;
	if (clock != CLOCK_REALTIME) {
		*now = time_of(value * rate());
		return r;
	}
	if (!begun)
		begun = value;
	*now = time_of(begun + (value - begun) * rate());
	return r;
}

time_t time(time_t *ret)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (ret)
		*ret = now.tv_sec;
	return now.tv_sec;
}

int nanosleep(const struct timespec *asked, struct timespec *left)
{
	struct timespec real;

	return REAL(nanosleep)(shorten(asked, &real), left);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *asked,
		    struct timespec *left)
{
	struct timespec real;

	return REAL(clock_nanosleep)(clock, flags, shorten(asked, &real), left);
}

unsigned int sleep(unsigned int seconds)
{
	struct timespec real = time_of(seconds * SECOND / rate());

	return REAL(nanosleep)(&real, &real) < 0 ? (unsigned int)(real.tv_sec * rate())
						 : 0;
}

int usleep(useconds_t microseconds)
{
	struct timespec real = time_of(microseconds * INT64_C(1000) / rate());

	return REAL(nanosleep)(&real, NULL);
}

int poll(struct pollfd *files, nfds_t count, int milliseconds)
{
	int real = milliseconds > 0 ? (int)((milliseconds + rate() - 1) / rate())
				    : milliseconds;

	return REAL(poll)(files, count, real);
}

int ppoll(struct pollfd *files, nfds_t count, const struct timespec *asked,
	  const sigset_t *mask)
{
	struct timespec real;

	return REAL(ppoll)(files, count, shorten(asked, &real), mask);
}

int select(int count, fd_set *reading, fd_set *writing, fd_set *odd,
	   struct timeval *asked)
{
	struct timespec real, *wait = NULL;

	if (asked) {
		real = time_of((asked->tv_sec * SECOND + asked->tv_usec * 1000) / rate());
		wait = &real;
	}
	return pselect(count, reading, writing, odd, wait, NULL);
}

unsigned int alarm(unsigned int seconds)
{
	return REAL(alarm)((unsigned int)((seconds + rate() - 1) / rate()));
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *asked,
		  struct itimerspec *before)
{
	struct itimerspec real = *asked;

	shorten(&asked->it_value, &real.it_value);
	shorten(&asked->it_interval, &real.it_interval);
	return REAL(timer_settime)(timer, flags, &real, before);
}
