/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a command on hosts for a person: its output, who failed, the count. */
#ifndef SRC_FLEET_REPORT_H
#define SRC_FLEET_REPORT_H

#include "src/fleet/fan-out.h"

/* Takes timeout= (30), num-threads= (128) and x11= of the command. */
void fan_out_take_limits(const struct invocation *invocation, struct fan_out *fan_out);

/*
 * Runs the command and prints its output, the failures and a count. collate puts the
 * host's name before its lines if there are several hosts. What a terminal gets is made
 * visible, except for tabs, unless raw; anything else gets the bytes of the hosts.
 * ROCKS_DONE if the command succeeded on all hosts.
 */
int fan_out_report(const struct fan_out *fan_out, bool collate, bool raw);

#endif
