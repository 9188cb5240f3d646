/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_open - the machines of --host and --hosts, each with a way to it */
#pragma once

#include "fleet/fleet.h"

struct options;

/* Reads the names into NAMES (all zero before), which must outlive *FLEET.  0, or an exit status
 * and a line on standard error; NAMES is to be freed in any case. */
int fleet_open(struct fleet **fleet, struct host_names *names, const struct options *options);
