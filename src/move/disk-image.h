/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk images that need another file beside their own. */
#ifndef SRC_MOVE_DISK_IMAGE_H
#define SRC_MOVE_DISK_IMAGE_H

/* The bytes of an image's beginning that decide. */
#define DISK_IMAGE_HEAD 80

/*
 * What an image of that type (file, qcow2, qed) needs besides its own file: "a backing
 * file", "an external data file"; NULL when nothing; "" when its beginning, given as
 * hexadecimal digits, is not that of its type.
 */
const char *disk_image_needs(const char *type, const char *head);

#endif
