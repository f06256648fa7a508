/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a command on hosts for a person: its output, who failed, the count. */
#ifndef SRC_FLEET_REPORT_H
#define SRC_FLEET_REPORT_H

#include "src/fleet/fan-out.h"

/* Takes timeout= (30), num-threads= (128) and x11= of the command. */
void fan_out_take_limits(const struct invocation *invocation, struct fan_out *fan_out);

/*
 * Runs it, and prints what fan_out tells. ROCKS_DONE when the command succeeded on
 * all hosts; collate puts the name of the host before its lines, if there are several.
 */
int fan_out_report(const struct fan_out *fan_out, bool collate);

#endif
