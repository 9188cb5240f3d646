/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keymap - see keymap.h.  Reads rows of the table of actions, and calls none of their functions:
 * the screens, whose functions those are, ask here. */
#include "ui/keymap.h"

#include "ui/draw/keys.h"
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

const struct action *keymap_actions(const struct keymap *keymap)
{
	return keymap->now != NULL ? keymap->now : keymap->of_old;
}

static bool has_key(const struct action *action, uint32_t key)
{
	for (int i = 0; i < ACTION_KEYS_MAX && action->keys[i] != 0; i++)
		if (action->keys[i] == key)
			return true;
	return false;
}

static bool is_held(const struct action *action, unsigned holds)
{
	unsigned asks = action->where & ~(unsigned)WHERE_SCREENS;

	return (action->where & holds & WHERE_SCREENS) != 0 && (asks & ~holds) == 0;
}

const struct action *keymap_find(const struct action *all, size_t count, uint32_t key,
	unsigned holds)
{
	const struct action *found = NULL;

	for (size_t i = 0; i < count && key != 0; i++)
		if (has_key(&all[i], key) && is_held(&all[i], holds) &&
			(found == NULL || all[i].where > WHERE_SCREENS))
			found = &all[i];
	return found;
}

uint32_t keymap_key(const struct keymap *keymap, uint32_t key, unsigned screen)
{
	/* with nobody's own keys, at each name in the bottom line, there is nothing to look for */
	if (keymap->now == NULL)
		return key;
	const struct action *action = keymap_find(keymap->of_old, keymap->count, key,
		screen | keymap->holds);

	if (action == NULL)
		return key;
	const struct action *now = &keymap->now[action - keymap->of_old];

	return memcmp(now->keys, action->keys, sizeof(now->keys)) == 0 ? key : now->keys[0];
}

uint32_t keymap_key_of_old(const struct keymap *keymap, uint32_t key, unsigned screen)
{
	unsigned holds = screen | keymap->holds;

	if (keymap->now == NULL)
		return key;
	const struct action *now = keymap_find(keymap->now, keymap->count, key, holds);
	const struct action *old = keymap_find(keymap->of_old, keymap->count, key, holds);

	if (now == NULL)
		return old != NULL ? 0 : key;
	const struct action *same = &keymap->of_old[now - keymap->now];

	return has_key(same, key) ? key : same->keys[0];
}

void keymap_words(const struct keymap *keymap, unsigned screen, const char *words, char *out,
	size_t size)
{
	char name[KEYS_NAME_MAX];
	size_t len = 0;

	out[0] = '\0';
	while (*words != '\0' && len + 1 < size) {
		size_t plain = strcspn(words, "<"), end = strcspn(words + plain, ">");

		len += (size_t)snprintf(out + len, size - len, "%.*s", (int)plain, words);
		words += plain;
		if (*words == '\0' || len >= size)
			break;
		uint32_t key = keymap_key(keymap, keys_by_name(words + 1, end - 1), screen);
		len += (size_t)snprintf(out + len, size - len, "%s",
			key != 0 ? keys_name(key, name) : "(no key)");
		words += words[end] != '\0' ? end + 1 : end;
	}
}
