/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts_shot - see hosts_shot.h */
#include "hosts_shot.h"

#include "ui/draw/canvas.h"
#include "ui/hosts.h"

void hosts_shot(struct canvas *canvas, const struct shown *shown)
{
	struct headline_facts facts;
	struct hosts_place place = { 0 };
	struct fleet_row rows[] = {
		{ .index = 2, .name = "db1", .state = REMOTE_LIVE, .why = "", .age_s = .4 },
		{ .index = 0,
			.name = "root@cache.example.org",
			.state = REMOTE_LIVE,
			.stale = true,
			.why = "",
			.age_s = 12 },
		{ .index = 3,
			.name = "web1",
			.state = REMOTE_LOST,
			.retry_s = 16,
			.age_s = -1,
			.why = "it wants a password: set up a key (ssh-copy-id), or add yours to "
			       "the agent" },
		{ .index = 1, .name = "web2", .state = REMOTE_CONNECTING, .why = "", .age_s = -1 },
	};

	headline_gather(&facts, shown->store);
	for (int i = 0; i < 2; i++) {
		rows[i].store = shown->store;
		rows[i].system = store_system(shown->store);
		rows[i].climbers = facts.climbers;
		rows[i].worst_name = facts.worst_name;
		rows[i].worst_pid = facts.worst.pid;
		rows[i].worst_kib_min = facts.worst_kib_min;
		rows[i].eta_known = facts.worst_eta_known;
		rows[i].eta_s = facts.worst_eta.mid_s;
		headline_write(&rows[i].headline, &facts);
	}
	canvas_clear(canvas);
	hosts_draw(canvas, shown, rows, sizeof(rows) / sizeof(rows[0]), &place);
}
