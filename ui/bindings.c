/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bindings - see bindings.h */
#include "ui/bindings.h"

#include "base/xalloc.h"
#include "ui/draw/keys.h"

#include <stdio.h>
#include <string.h>

/* Whether a key can mean only one of the two. */
static bool are_rivals(const struct action *a, const struct action *b)
{
	unsigned screens = a->where & b->where & WHERE_SCREENS;
	unsigned asks = ~(unsigned)WHERE_SCREENS;

	return screens != 0 && (a->where & asks) == (b->where & asks);
}

static void drop_key(struct action *action, uint32_t key)
{
	int kept = 0;

	for (int i = 0; i < ACTION_KEYS_MAX && action->keys[i] != 0; i++)
		if (action->keys[i] != key)
			action->keys[kept++] = action->keys[i];
	while (kept < ACTION_KEYS_MAX)
		action->keys[kept++] = 0;
}

/* KEY goes before those that ACTION has; the last of too many is left out. */
static void give_key(struct action *actions, size_t count, struct action *action, uint32_t key)
{
	for (size_t i = 0; i < count; i++)
		if (are_rivals(&actions[i], action))
			drop_key(&actions[i], key);
	memmove(&action->keys[1], &action->keys[0],
		(ACTION_KEYS_MAX - 1) * sizeof(action->keys[0]));
	action->keys[0] = key;
}

/* Whether there is such an action: several of a name are the same on different screens. */
static bool bind_key(struct action *actions, size_t count, const char *name, uint32_t key)
{
	bool found = false;

	for (size_t i = 0; i < count; i++)
		if (strcmp(actions[i].name, name) == 0) {
			give_key(actions, count, &actions[i], key);
			found = true;
		}
	return found;
}

/* The keys of one line; the first of them stands first in the help. */
static void bind_line(struct action *actions, size_t count, const struct settings_key *line,
	char why[BINDINGS_WHY_MAX])
{
	const char *end = line->keys + strlen(line->keys);

	while (end > line->keys) {
		const char *begin = end;

		while (begin > line->keys && begin[-1] != ' ')
			begin--;
		uint32_t key = keys_by_name(begin, (size_t)(end - begin));
		bool bound = key != 0 && bind_key(actions, count, line->action, key);
		if (!bound && why[0] == '\0' && key == 0)
			snprintf(why, BINDINGS_WHY_MAX,
				"settings, [keys]: there is no key '%.*s'; F1 shows what keys are "
				"called",
				(int)(end - begin), begin);
		else if (!bound && why[0] == '\0')
			snprintf(why, BINDINGS_WHY_MAX,
				"settings, [keys]: there is no action '%.31s'; memtop(1) lists "
				"them",
				line->action);
		for (end = begin; end > line->keys && end[-1] == ' ';)
			end--;
	}
}

struct action *bindings_make(const struct settings *settings, size_t *count,
	char why[BINDINGS_WHY_MAX])
{
	why[0] = '\0';
	if (settings->nkeys == 0)
		return NULL;
	const struct action *table = actions_table(count);
	struct action *actions = xalloc_zero(*count, sizeof(*actions));

	memcpy(actions, table, *count * sizeof(*actions));
	for (size_t i = 0; i < settings->nkeys; i++)
		bind_line(actions, *count, &settings->keys[i], why);
	return actions;
}
