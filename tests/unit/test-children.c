/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/children: answers, deadlines, Ctrl-C, death, and how many and how much there may be. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/children.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/process.h"

#define MOST 16

/* What came of each piece of work; the counts are shared with the children. */
struct outcome {
	int results[MOST];
	char texts[MOST][64];
	int calls[MOST];
	struct shared {
		int at_work, most_at_work, begun;
		pid_t grandchild;
	} * shared;
};

static void done(void *data, size_t index, int result, const char *text)
{
	struct outcome *outcome = data;

	outcome->results[index] = result;
	outcome->calls[index]++;
	snprintf(outcome->texts[index], sizeof(outcome->texts[index]), "%.60s", text);
}

static int run(struct outcome *outcome, size_t count, size_t at_once, int seconds,
	       int (*work)(void *data, size_t index, FILE *text))
{
	const struct children children = { .count = count,
					   .at_once = at_once,
					   .seconds = seconds,
					   .work = work,
					   .done = done,
					   .data = outcome };
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int r;

	assert_true(shared != MAP_FAILED);
	*outcome = (struct outcome){ .shared = shared };
	r = children_run(&children);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(outcome->calls[i], 1);
	return r;
}

static void release(struct outcome *outcome)
{
	munmap(outcome->shared, sizeof(*outcome->shared));
}

static int count_files(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static int answer_number(void *data, size_t index, FILE *text)
{
	(void)data;
	fprintf(text, "number %zu", index);
	return index == 3 ? -EBUSY : (int)index;
}

static void test_answers(void **state)
{
	struct outcome outcome;
	int before = count_files();
	char wanted[32];

	(void)state;
	assert_int_equal(run(&outcome, MOST, 4, 60, answer_number), 0);
	for (int i = 0; i < MOST; i++) {
		snprintf(wanted, sizeof(wanted), "number %d", i);
		assert_int_equal(outcome.results[i], i == 3 ? -EBUSY : i);
		assert_string_equal(outcome.texts[i], wanted);
	}
	release(&outcome);
	assert_int_equal(run(&outcome, 0, 4, 60, answer_number), 0);
	release(&outcome);
	assert_int_equal(count_files(), before);
}

/* Who did it. The fifth dies before it answers; the ninth fails. */
static int answer_process(void *data, size_t index, FILE *text)
{
	(void)data;
	fprintf(text, "%d", (int)getpid());
	if (index == 4)
		raise(SIGKILL);
	return index == 8 ? -EIO : 0;
}

static void test_one_after_the_other(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(run(&outcome, MOST, 1, 60, answer_process), 0);
	for (int i = 0; i < MOST; i++) {
		assert_int_equal(outcome.results[i], i == 4   ? -ECHILD
						     : i == 8 ? -EIO
							      : 0);
		if (i > 0 && i != 4 && i != 5 && i != 9)
			assert_string_equal(outcome.texts[i], outcome.texts[i - 1]);
	}
	assert_string_not_equal(outcome.texts[3], outcome.texts[5]);
	assert_string_not_equal(outcome.texts[8], outcome.texts[9]);
	release(&outcome);
}

static int be_at_work(void *data, size_t index, FILE *text)
{
	struct shared *shared = ((struct outcome *)data)->shared;
	int now = __atomic_add_fetch(&shared->at_work, 1, __ATOMIC_SEQ_CST);
	int most = __atomic_load_n(&shared->most_at_work, __ATOMIC_SEQ_CST);

	(void)index;
	(void)text;
	while (now > most &&
	       !__atomic_compare_exchange_n(&shared->most_at_work, &most, now, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	poll(NULL, 0, 100);
	__atomic_sub_fetch(&shared->at_work, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static void test_at_once(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(run(&outcome, 9, 3, 60, be_at_work), 0);
	assert_int_equal(outcome.shared->at_work, 0);
	assert_in_range(outcome.shared->most_at_work, 2, 3);
	release(&outcome);
}

/* The second hangs; what it had said is not lost, and the others are not held up. */
static int hang_second(void *data, size_t index, FILE *text)
{
	(void)data;
	fputs("said", text);
	fflush(text);
	if (index == 1)
		sleep(600);
	return 5;
}

static void test_deadline(void **state)
{
	struct outcome outcome;
	int64_t begun = clock_milliseconds();

	(void)state;
	assert_int_equal(run(&outcome, 4, 2, 1, hang_second), 0);
	assert_in_range(clock_milliseconds() - begun, 1000, 10000);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(outcome.results[i], i == 1 ? -ETIMEDOUT : 5);
		assert_string_equal(outcome.texts[i], "said");
	}
	release(&outcome);
}

static bool runs(pid_t pid)
{
	char path[64], line[512] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	return end && end[2] != 'Z' && end[2] != 'X';
}

/* As libvirt starts an ssh. */
static int start_another(void *data, size_t index, FILE *text)
{
	struct shared *shared = ((struct outcome *)data)->shared;
	pid_t pid = fork();

	(void)index;
	(void)text;
	if (pid != 0)
		shared->grandchild = pid;
	sleep(600);
	return 0;
}

static void test_what_it_started_ends(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(run(&outcome, 1, 1, 1, start_another), 0);
	assert_int_equal(outcome.results[0], -ETIMEDOUT);
	assert_true(outcome.shared->grandchild > 0);
	for (int i = 0; i < 100 && runs(outcome.shared->grandchild); i++)
		poll(NULL, 0, 20);
	assert_false(runs(outcome.shared->grandchild));
	release(&outcome);
}

/* The first to work stops all of it, as a terminal's ^C does. */
static int interrupt_all(void *data, size_t index, FILE *text)
{
	struct shared *shared = ((struct outcome *)data)->shared;

	(void)text;
	__atomic_add_fetch(&shared->begun, 1, __ATOMIC_SEQ_CST);
	if (index == 0)
		kill(getppid(), SIGINT);
	sleep(600);
	return 0;
}

static void note_nothing(int signal)
{
	(void)signal;
}

static void test_interrupt(void **state)
{
	const struct sigaction noting = { .sa_handler = note_nothing };
	struct sigaction before, after;
	struct outcome outcome;
	int64_t begun = clock_milliseconds();

	(void)state;
	sigaction(SIGINT, &noting, &before);
	assert_int_equal(run(&outcome, 6, 2, 60, interrupt_all), 0);
	assert_in_range(clock_milliseconds() - begun, 0, 10000);
	for (int i = 0; i < 6; i++)
		assert_int_equal(outcome.results[i], -EINTR);
	assert_in_range(outcome.shared->begun, 1, 2);
	sigaction(SIGINT, &before, &after);
	assert_true(after.sa_handler == note_nothing);
	release(&outcome);
}

static int die(void *data, size_t index, FILE *text)
{
	(void)data;
	fputs("last words", text);
	fflush(text);
	switch (index) {
	case 0:
		raise(SIGKILL);
		break;
	case 1:
		abort();
	case 2:
		_exit(0);
	case 3:
		fclose(text);
		_exit(3);
	}
	return 0;
}

static void test_death(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(run(&outcome, 5, 5, 60, die), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(outcome.results[i], -ECHILD);
		assert_string_equal(outcome.texts[i], "last words");
	}
	assert_int_equal(outcome.results[4], 0);
	assert_string_equal(outcome.texts[4], "last words");
	release(&outcome);
}

/* A broken pipe is an error in a child, as in the libraries that it calls. */
static int write_into_nothing(void *data, size_t index, FILE *text)
{
	int ends[2];

	(void)data;
	(void)index;
	(void)text;
	if (pipe(ends) < 0)
		return -errno;
	close(ends[0]);
	return write(ends[1], "x", 1) < 0 ? -errno : 0;
}

static void test_broken_pipe(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(run(&outcome, 1, 1, 60, write_into_nothing), 0);
	assert_int_equal(outcome.results[0], -EPIPE);
	release(&outcome);
}

/* Exactly what may be said, one byte more, and without an end. */
static int say_much(void *data, size_t index, FILE *text)
{
	static char block[1 << 16];
	size_t left = CHILDREN_TEXT_MOST + (index == 1);

	(void)data;
	memset(block, 'x', sizeof(block));
	while (index == 2)
		if (fwrite(block, 1, sizeof(block), text) < sizeof(block))
			return -EIO;
	while (left) {
		size_t length = left < sizeof(block) ? left : sizeof(block);

		fwrite(block, 1, length, text);
		left -= length;
	}
	return 9;
}

static void test_much(void **state)
{
	struct outcome outcome;

	(void)state;
	assert_int_equal(run(&outcome, 3, 3, 60, say_much), 0);
	assert_int_equal(outcome.results[0], 9);
	assert_int_equal(outcome.results[1], -E2BIG);
	assert_int_equal(outcome.results[2], -E2BIG);
	release(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_what_it_started_ends),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_death),
		cmocka_unit_test(test_broken_pipe),
		cmocka_unit_test(test_much),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("children", tests, NULL, NULL);
}
