/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings_keys - the keys of the settings file, and their values as words
 *
 * Those of a table stand at the top of the file, or in a section of the table's name; all others
 * stand at the top alone.
 */
#pragma once

#include "options/settings.h"

/* A key. */
struct settings_entry;

/* The section of TABLE (enum settings_view), "": the top of the file.  -1: no section of ours. */
const char *settings_keys_section(int table);
int settings_keys_table(const char *section);

/* The keys of TABLE's section one after another; NULL before the first and after the last. */
const struct settings_entry *settings_keys_next(int table, const struct settings_entry *entry);

/* NULL: no key of that section.  TABLE may be -1. */
const struct settings_entry *settings_keys_find(int table, const char *key);

/* A bit for each key. */
unsigned settings_keys_bit(const struct settings_entry *entry);

/* Whether another line of the same key adds to what the one before set. */
bool settings_keys_adds(const struct settings_entry *entry);

/* 0, or -EINVAL with the settings in any state. */
int settings_keys_set(struct settings *s, int table, const struct settings_entry *entry,
	const char *value);

/* Appends "key = value" as it is now, without the newline behind it; more lines when one does not
 * hold it. */
void settings_keys_put(struct buf *out, const struct settings *s, int table,
	const struct settings_entry *entry);
