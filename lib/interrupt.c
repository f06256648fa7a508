/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to stop while waiting for other programs. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/interrupt.h"

static const int SIGNALS[] = { SIGINT, SIGTERM, SIGHUP };
static struct sigaction before[ARRAY_SIZE(SIGNALS)];
static sigset_t mask_before;
static volatile sig_atomic_t count, first;

static void note(int signal)
{
	count++;
	if (!first)
		first = signal;
}

void interrupt_catch(void)
{
	struct sigaction action = { .sa_handler = note };
	sigset_t held;

	count = 0;
	sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_SIZE(SIGNALS); i++)
		sigaddset(&held, SIGNALS[i]);
	sigprocmask(SIG_BLOCK, &held, &mask_before);
	for (size_t i = 0; i < ARRAY_SIZE(SIGNALS); i++) {
		sigaction(SIGNALS[i], NULL, &before[i]);
		/* A signal that nohup ignores stays ignored. */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(SIGNALS[i], &action, NULL);
	}
}

void interrupt_release(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(SIGNALS); i++)
		sigaction(SIGNALS[i], &before[i], NULL);
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

int interrupt_count(void)
{
	return count;
}

bool interrupt_was_seen(void)
{
	return first != 0;
}

void interrupt_repeat(void)
{
	sigset_t ours;

	if (!first)
		return;
	fflush(NULL);
	signal(first, SIG_DFL);
	sigemptyset(&ours);
	sigaddset(&ours, first);
	sigprocmask(SIG_UNBLOCK, &ours, NULL);
	raise(first);
}

int interrupt_poll(struct pollfd *files, size_t files_count, int milliseconds)
{
	struct timespec limit = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
	int r = ppoll(files, files_count, milliseconds < 0 ? NULL : &limit, &mask_before);

	return r < 0 ? -errno : r;
}
