/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fleet_cells - see fleet_cells.h */
#include "fleet/fleet_cells.h"

#include "base/text.h"
#include "base/units.h"
#include "frame/json_writer.h"

#include <stdio.h>
#include <string.h>

static const struct fleet_column_look looks[FLEET_COLUMNS] = {
	[FLEET_HOST] = { "HOST", 16, false, 0 },
	[FLEET_AVAILABLE] = { "AVAIL", 5, true, 0 },
	[FLEET_MEMORY] = { "OF", 6, true, 4 },
	[FLEET_STALLS] = { "STALLS", 6, true, 2 },
	[FLEET_SWAP_IN] = { "SWAP-IN/s", 9, true, 3 },
	[FLEET_CLIMBING] = { "CLIMB", 5, true, 1 },
	[FLEET_TOP] = { "TOP CLIMBER", 18, false, 0 },
	[FLEET_GROWTH] = { "GROWTH", 7, true, 0 },
	[FLEET_ETA] = { "ETA", 6, true, 0 },
};

const struct fleet_column_look *fleet_column_look(enum fleet_column column)
{
	return &looks[column];
}

bool fleet_row_is_fresh(const struct fleet_row *row)
{
	return row->state == REMOTE_LIVE && !row->stale && row->system != NULL;
}

/* --- cells ------------------------------------------------------------------------------------ */

static void write_unknown(char *out)
{
	snprintf(out, FLEET_CELL_MAX, "-");
}

/* The state of the connection, or how it ended. */
static void write_connection(char *out, const struct fleet_row *row)
{
	if (row->state == REMOTE_QUEUED && row->why[0] == '\0')
		snprintf(out, FLEET_CELL_MAX, "waits for its turn");
	else if (row->state == REMOTE_CONNECTING && row->why[0] == '\0')
		snprintf(out, FLEET_CELL_MAX, "logging in");
	else if (row->state == REMOTE_LIVE && row->stale)
		snprintf(out, FLEET_CELL_MAX, "no look for %s",
			units_seconds(UNITS_TEXT, row->age_s));
	else if (row->state == REMOTE_LIVE)
		snprintf(out, FLEET_CELL_MAX, "looking");
	else
		snprintf(out, FLEET_CELL_MAX, "%.200s", row->why);
}

static void write_available(char *out, const struct system_figures *system)
{
	if (system->total_kib == 0 || !frame_knows_memory(system))
		write_unknown(out);
	else
		snprintf(out, FLEET_CELL_MAX, "%.0f %%",
			100.0 * (double)frame_available_kib(system) / (double)system->total_kib);
}

/* A figure that the kernel does not tell is "-", never 0. */
static void write_machine_cell(char *out, const struct fleet_row *row, enum fleet_column column)
{
	const struct system_figures *system = row->system;

	if (column == FLEET_AVAILABLE)
		write_available(out, system);
	else if (column == FLEET_MEMORY && system->total_kib > 0)
		snprintf(out, FLEET_CELL_MAX, "%s", units_kib(UNITS_TEXT, system->total_kib, 6));
	else if (column == FLEET_STALLS && (system->known & SYSTEM_PSI) != 0)
		snprintf(out, FLEET_CELL_MAX, "%.0f %%", system->psi_some_avg10);
	else if (column == FLEET_SWAP_IN && (system->known & SYSTEM_SWAP_RATE) != 0)
		snprintf(out, FLEET_CELL_MAX, "%s",
			system->swap_in_kib_s < 1
				? "0"
				: units_kib(UNITS_TEXT, (uint64_t)system->swap_in_kib_s, 6));
	else if (column == FLEET_CLIMBING)
		snprintf(out, FLEET_CELL_MAX, "%zu", row->climbers);
	else
		write_unknown(out);
}

/* Nobody that climbs leaves the name's column empty, as most rows are, and others with a "-". */
static void write_climber_cell(char *out, const struct fleet_row *row, enum fleet_column column)
{
	if (row->worst_name == NULL)
		snprintf(out, FLEET_CELL_MAX, "%s", column == FLEET_TOP ? "" : "-");
	else if (column == FLEET_TOP)
		snprintf(out, FLEET_CELL_MAX, "%.160s (%d)", row->worst_name, (int)row->worst_pid);
	else if (column == FLEET_GROWTH)
		snprintf(out, FLEET_CELL_MAX, "%s",
			units_kib_change(UNITS_TEXT, (int64_t)row->worst_kib_min, 7));
	else if (row->eta_known)
		snprintf(out, FLEET_CELL_MAX, "~%s", units_one(UNITS_TEXT, row->eta_s));
	else
		write_unknown(out);
}

void fleet_cell(char out[FLEET_CELL_MAX], const struct fleet_row *row, enum fleet_column column)
{
	if (column == FLEET_HOST)
		snprintf(out, FLEET_CELL_MAX, "%s", row->name);
	else if (column == FLEET_TOP && !fleet_row_is_fresh(row))
		write_connection(out, row);
	else if (row->system == NULL)
		write_unknown(out);
	else if (column == FLEET_TOP || column == FLEET_GROWTH || column == FLEET_ETA)
		write_climber_cell(out, row, column);
	else
		write_machine_cell(out, row, column);
}

/* The machine's own sentences behind its name, as far as there is room for whole ones. */
static void put_own(struct headline *out, const struct fleet_row *row)
{
	const struct headline *own = &row->headline;
	size_t name = (size_t)snprintf(out->text, sizeof(out->text), "%.60s: ", row->name);
	size_t from = 0;

	for (int i = 0; i < own->nsentences; i++) {
		size_t len = own->sentences[i].end - from, at = strlen(out->text);

		if (at + len >= sizeof(out->text))
			break;
		memcpy(out->text + at, own->text + from, len);
		out->text[at + len] = '\0';
		from += len;
		out->sentences[out->nsentences++] = own->sentences[i];
		out->sentences[i].end += name;
	}
	if (own->brief[0] != '\0')
		snprintf(out->brief, sizeof(out->brief), "%.30s: %.80s", row->name, own->brief);
	out->mood = own->mood;
}

/* Why there is nothing new comes first, then when it is tried again, then how old what is shown
 * has become. */
static void put_connection(struct headline *out, const struct fleet_row *row)
{
	char words[FLEET_CELL_MAX];

	write_connection(words, row);
	int len = snprintf(out->text, sizeof(out->text), "%.60s: %s.", row->name, words);
	if (row->state == REMOTE_LOST)
		len += snprintf(out->text + len, sizeof(out->text) - (size_t)len,
			" Tried again in %s.", units_seconds(UNITS_TEXT, row->retry_s));
	if (row->system != NULL)
		len += snprintf(out->text + len, sizeof(out->text) - (size_t)len,
			" Its figures are %s old.", units_seconds(UNITS_TEXT, row->age_s));
	out->mood = MOOD_NOTICE;
	out->nsentences = 1;
	out->sentences[0] = (struct headline_sentence){ (size_t)len, MOOD_NOTICE };
}

void fleet_sentence(struct headline *out, const struct fleet_row *row)
{
	*out = (struct headline){ 0 };
	if (fleet_row_is_fresh(row))
		put_own(out, row);
	else
		put_connection(out, row);
}

/* --- a table ---------------------------------------------------------------------------------- */

static void put_cell(struct buf *out, const char *text, int width, bool right, bool last)
{
	int columns = text_width(text), pad = width > columns ? width - columns : 0;

	if (right)
		buf_printf(out, "%*s", pad, "");
	buf_puts(out, text);
	if (!right && !last)
		buf_printf(out, "%*s", pad, "");
	buf_putc(out, last ? '\n' : ' ');
}

/* TEXT cut to WIDTH columns. */
static void cut(char *text, int width)
{
	size_t len = text_fit(text, width, NULL);

	text[len] = '\0';
}

static int host_width(const struct fleet_row *rows, size_t count)
{
	int width = looks[FLEET_HOST].width;

	for (size_t i = 0; i < count; i++)
		if (text_width(rows[i].name) > width)
			width = text_width(rows[i].name);
	return width < 40 ? width : 40;
}

static int room_of(int column, int name, int top)
{
	return column == FLEET_HOST ? name : column == FLEET_TOP ? top : looks[column].width;
}

static void put_titles(struct buf *out, int name, int top)
{
	for (int c = 0; c < FLEET_COLUMNS; c++)
		put_cell(out, looks[c].title, room_of(c, name, top), looks[c].right,
			c == FLEET_COLUMNS - 1);
}

/* Words about a connection take the room of what is not known of its climber. */
static void put_row(struct buf *out, const struct fleet_row *row, int name, int top, bool whole)
{
	bool fresh = fleet_row_is_fresh(row);
	int last = fresh ? FLEET_COLUMNS - 1 : FLEET_TOP;
	char text[FLEET_CELL_MAX];

	if (!fresh)
		top += looks[FLEET_GROWTH].width + looks[FLEET_ETA].width + 2;
	for (int c = 0; c <= last; c++) {
		int room = room_of(c, name, top);

		fleet_cell(text, row, (enum fleet_column)c);
		if (fresh || c != last || !whole)
			cut(text, room);
		put_cell(out, text, room, looks[c].right, c == last);
	}
}

void fleet_put_text(struct buf *out, const struct fleet_row *rows, size_t count, int width)
{
	int name = host_width(rows, count), fixed = name + FLEET_COLUMNS - 1;

	for (int c = FLEET_AVAILABLE; c < FLEET_COLUMNS; c++)
		fixed += c == FLEET_TOP ? 0 : looks[c].width;
	int top = (width > 0 ? width : 120) - fixed;
	top = top < looks[FLEET_TOP].width ? looks[FLEET_TOP].width : top;
	put_titles(out, name, top);
	for (size_t i = 0; i < count; i++)
		put_row(out, &rows[i], name, top, width == 0);
}

/* --- JSON ------------------------------------------------------------------------------------- */

/* Silent is what answers no more though its connection stands: the machine may be swapping. */
static const char *state_name(const struct fleet_row *row)
{
	static const char *const names[] = {
		[REMOTE_QUEUED] = "queued",
		[REMOTE_CONNECTING] = "connecting",
		[REMOTE_LIVE] = "live",
		[REMOTE_LOST] = "lost",
	};

	return row->state == REMOTE_LIVE && row->stale ? "silent" : names[row->state];
}

static void put_climber(struct json_writer *json, const struct fleet_row *row)
{
	bool known = row->worst_name != NULL;

	json_add_text(json, "top_climber", row->worst_name);
	json_add_number(json, "top_climber_pid", known, row->worst_pid);
	json_add_number(json, "top_climber_growth", known,
		units_bytes_change((int64_t)row->worst_kib_min));
	json_add_seconds(json, "eta", row->eta_known, row->eta_s);
}

/* A line of the JSON has all keys, null where nothing is known, so that a program need not ask for
 * them. */
static void put_host(struct json_writer *json, const struct fleet_row *row)
{
	const struct system_figures *s = row->system;
	bool memory = s != NULL && frame_knows_memory(s);

	json_open(json, NULL, '{');
	json_add_text(json, "host", row->name);
	json_add_text(json, "state", state_name(row));
	json_add_text(json, "why", row->why[0] != '\0' ? row->why : NULL);
	json_add_seconds(json, "age", row->age_s >= 0, row->age_s);
	json_add_kib(json, "total", memory, memory ? s->total_kib : 0);
	json_add_kib(json, "available", memory, memory ? frame_available_kib(s) : 0);
	json_add_real(json, "stalls", s != NULL && s->known & SYSTEM_PSI,
		s != NULL ? s->psi_some_avg10 : 0);
	json_add_kib(json, "swap_in", s != NULL && s->known & SYSTEM_SWAP_RATE,
		s != NULL ? (uint64_t)s->swap_in_kib_s : 0);
	json_add_number(json, "climbing", s != NULL, (int64_t)row->climbers);
	put_climber(json, row);
	json_add_text(json, "sentence", s != NULL ? row->headline.text : NULL);
	json_close(json, '}');
}

void fleet_put_json(struct buf *out, const struct fleet_row *rows, size_t count)
{
	struct json_writer json;

	json_writer_init(&json, out);
	json_open(&json, NULL, '{');
	json_open(&json, "hosts", '[');
	for (size_t i = 0; i < count; i++)
		put_host(&json, &rows[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	json_put_char(&json, '\n');
	json_writer_flush(&json);
}
