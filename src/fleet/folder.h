/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of FIFOs for what hosts print, which only we can enter. */
#ifndef SRC_FLEET_FOLDER_H
#define SRC_FLEET_FOLDER_H

/* The folders in it: for what is printed, and for errors. */
#define FAN_OUT_OUT "out"
#define FAN_OUT_ERR "err"

struct fan_out_folder {
	char *path; /* NULL: none */
	int lock;   /* on it as long as we live; or -1 */
};

#define FAN_OUT_FOLDER_NONE \
	{                   \
		NULL, -1    \
	}

/*
 * Makes it below TMPDIR, else /dev/shm or /tmp, and removes there what others of our user
 * left who were killed. 0 or -errno; removed also after an error.
 */
int fan_out_folder_make(struct fan_out_folder *folder);
void fan_out_folder_remove(struct fan_out_folder *folder);

#endif
