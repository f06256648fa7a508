/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A private folder of FIFOs for what hosts print. */
#ifndef SRC_FLEET_FOLDER_H
#define SRC_FLEET_FOLDER_H

/* The folders in it, for standard output and standard error. */
#define FAN_OUT_OUT "out"
#define FAN_OUT_ERR "err"

struct fan_out_folder {
	char *path; /* NULL: none */
	int lock;   /* held while we run; or -1 */
};

#define FAN_OUT_FOLDER_NONE \
	{                   \
		NULL, -1    \
	}

/*
 * Makes it below TMPDIR, else /dev/shm or /tmp, and removes folders that killed processes
 * of our user left there. 0 or -errno; call fan_out_folder_remove() in either case.
 */
int fan_out_folder_make(struct fan_out_folder *folder);
void fan_out_folder_remove(struct fan_out_folder *folder);

#endif
