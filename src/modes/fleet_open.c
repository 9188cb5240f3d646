/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_open - see fleet_open.h */
#include "modes/fleet_open.h"

#include "modes/tell.h"
#include "options/options.h"

#include <errno.h>
#include <string.h>

enum { EXIT_TROUBLE = 1, EXIT_USAGE = 2 };

/* The machines of --host and --hosts.  Returns an exit status. */
static int name_hosts(struct host_names *names, const struct options *options)
{
	char why[HOST_NAMES_WHY_MAX];
	int error = 0;

	for (size_t i = 0; i < options->nhosts && error == 0; i++)
		error = host_names_add(names, options->hosts[i], why);
	if (error != 0) {
		tell("--host: %s", why);
		return EXIT_USAGE;
	}
	if (options->hosts_file != NULL)
		error = host_names_read(names, options->hosts_file, why);
	if (error != 0) {
		tell("--hosts: %s", why);
		return error == -EINVAL ? EXIT_USAGE : EXIT_TROUBLE;
	}
	if (names->count > 0)
		return 0;
	if (options->hosts_file != NULL)
		tell("--hosts: %s names no host", options->hosts_file);
	else
		tell("--host wants names of hosts");
	return EXIT_USAGE;
}

int fleet_open(struct fleet **fleet, struct host_names *names, const struct options *options)
{
	int error, status = name_hosts(names, options);
	struct ssh_way way = {
		.interval_ms = options->interval_ms,
		.signals = options->allow_signals && !options->readonly,
		.no_inside = options->no_inside,
		.noptions = options->nssh_options,
	};

	if (status != 0)
		return status;
	memcpy(way.options, options->ssh_options, sizeof(options->ssh_options));
	*fleet = fleet_new(names, &way, &error);
	if (*fleet != NULL)
		return 0;
	tell("cannot watch hosts: %s", strerror(-error));
	return EXIT_TROUBLE;
}
