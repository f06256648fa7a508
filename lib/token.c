/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that nobody can guess. */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>

#include "lib/token.h"

int token_make(char token[TOKEN_SIZE])
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -EIO;
	snprintf(token, TOKEN_SIZE, "%016" PRIx64, number);
	return 0;
}
