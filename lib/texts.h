/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of texts that are released together. */
#ifndef LIB_TEXTS_H
#define LIB_TEXTS_H

#include "lib/cleanup.h"

struct texts_block;

struct texts {
	struct texts_block *last;
	int error; /* 0, or -ENOMEM once a copy failed */
};

#define TEXTS_EMPTY     \
	{               \
		NULL, 0 \
	}

/* A copy that lives until texts_release(); NULL for NULL, and if out of memory. */
const char *texts_keep(struct texts *texts, const char *text);

void texts_release(struct texts *texts);

#endif
