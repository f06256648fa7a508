/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of texts that are released together. */
#include <errno.h>
#include <string.h>

#include "lib/texts.h"

#define BLOCK_BYTES 4000

struct texts_block {
	struct texts_block *before;
	size_t used, size;
	char bytes[];
};

static struct texts_block *add_block(struct texts *texts, size_t least)
{
	size_t size = least > BLOCK_BYTES ? least : BLOCK_BYTES;
	struct texts_block *block = malloc(sizeof(*block) + size);

	if (!block) {
		texts->error = -ENOMEM;
		return NULL;
	}
	*block = (struct texts_block){ .before = texts->last, .size = size };
	texts->last = block;
	return block;
}

const char *texts_keep(struct texts *texts, const char *text)
{
	struct texts_block *block = texts->last;
	size_t length;
	char *copy;

	if (!text)
		return NULL;
	length = strlen(text) + 1;
	if (!block || block->size - block->used < length)
		block = add_block(texts, length);
	if (!block)
		return NULL;
	copy = memcpy(block->bytes + block->used, text, length);
	block->used += length;
	return copy;
}

void texts_release(struct texts *texts)
{
	while (texts->last) {
		struct texts_block *before = texts->last->before;

		free(texts->last);
		texts->last = before;
	}
	texts->error = 0;
}
