/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk images that need another file. */
#ifndef SRC_MOVE_DISK_IMAGE_H
#define SRC_MOVE_DISK_IMAGE_H

/* How many bytes of an image's beginning to pass. */
#define DISK_IMAGE_HEAD 80

/*
 * What an image of a type (file, qcow2, qed) needs besides its own file, from its
 * beginning in hexadecimal digits: "a backing file", "an external data file", or NULL; ""
 * if it is not an image of that type. Static.
 */
const char *disk_image_needs(const char *type, const char *head);

#endif
