/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view_order - puts rows into order
 *
 * Every row's sort key is worked out once and packed into 64 bits, so that sorting touches only
 * small items; texts are compared in full when their first letters are the same.
 */
#include "table/view_priv.h"

#include <string.h>
#include <strings.h>

static const uint64_t KEY_UNKNOWN = ((uint64_t)1 << 63) - 1;

/* Bits that order as the figures do, in 63 of them, below KEY_UNKNOWN. */
static uint64_t number_key(double figure, bool ascending)
{
	uint64_t bits;

	memcpy(&bits, &figure, sizeof(bits));
	bits = bits >> 63 ? ~bits : bits | VIEW_KEY_BELOW;
	if (!ascending)
		bits = ~bits;
	bits >>= 1;
	return bits < KEY_UNKNOWN ? bits : KEY_UNKNOWN - 1;
}

/* The first seven letters, which settle most comparisons. */
static uint64_t text_key(const char *text, bool ascending)
{
	uint64_t bits = 0;

	for (int i = 0; i < 7; i++) {
		unsigned char c = (unsigned char)*text;
		c = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 'a' - 'A') : c;
		bits = bits << 8 | c;
		text += *text != '\0';
	}
	return ascending ? bits : ((uint64_t)1 << 56) - 1 - bits;
}

/* A figure or the first letters of a text as one number that sorts as they do, so that nearly all
 * comparisons are of two numbers. */
static uint64_t key_of(const struct view_order *order, const struct row *row)
{
	double figure;

	if (column_is_number(order->column))
		return column_number(order->column, order->store, row, &figure)
			       ? number_key(figure, order->ascending)
			       : KEY_UNKNOWN;
	const char *text = order->column->text(order->store, row);
	return text != NULL ? text_key(text, order->ascending) : KEY_UNKNOWN;
}

struct row view_item_row(const struct view_order *order, const struct view_item *item)
{
	if (order->rows != NULL)
		return order->rows[item->index];
	return (struct row){ .proc = store_proc(order->store, item->index) };
}

struct view_item view_item_of(const struct view_order *order, const struct row *row, uint32_t index,
	bool on_top)
{
	return (struct view_item){
		.key = key_of(order, row) | (on_top ? 0 : VIEW_KEY_BELOW),
		.index = index,
		.pid = row->proc != NULL ? row->proc->id.pid : 0,
	};
}

/* Texts that begin alike are compared whole; equals go by pid, so that rows do not change places
 * by themselves. */
static bool before(const struct view_order *order, const struct view_item *a,
	const struct view_item *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	if (!column_is_number(order->column) && (a->key & ~VIEW_KEY_BELOW) != KEY_UNKNOWN) {
		struct row x = view_item_row(order, a), y = view_item_row(order, b);
		int c = strcasecmp(order->column->text(order->store, &x),
			order->column->text(order->store, &y));
		if (c)
			return (c < 0) == order->ascending;
	}
	return a->pid != b->pid ? a->pid < b->pid : a->index < b->index;
}

/* The first of ITEMS[lo, hi), which are in order, that goes behind ITEM. */
static size_t place_behind(const struct view_order *order, const struct view_item *items, size_t lo,
	size_t hi, const struct view_item *item)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (before(order, item, &items[mid]))
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Merges ITEMS[lo, mid) and ITEMS[mid, hi), each in order; only what has to move goes by ROOM. */
static void merge(const struct view_order *order, struct view_item *items, struct view_item *room,
	size_t lo, size_t mid, size_t hi)
{
	if (mid >= hi || !before(order, &items[mid], &items[mid - 1]))
		return;
	lo = place_behind(order, items, lo, mid, &items[mid]);
	size_t left = mid - lo, a = 0, b = mid;

	memcpy(room, &items[lo], left * sizeof(*room));
	for (size_t i = lo; a < left; i++)
		items[i] = b < hi && before(order, &items[b], &room[a]) ? items[b++] : room[a++];
}

/* The order is mostly that of the tick before: then this takes a comparison a row. */
static void insertion_sort(const struct view_order *order, struct view_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct view_item item = items[i];
		size_t at = i;
		for (; at > 0 && before(order, &item, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* Insertion and merging, which for what is nearly in order already take little more than one
 * comparison an item; qsort(3) would allocate. */
void view_sort(const struct view_order *order, struct view_item *items, size_t count,
	struct view_item *room)
{
	enum { RUN = 8 };

	for (size_t lo = 0; lo < count; lo += RUN)
		insertion_sort(order, items + lo, count - lo < RUN ? count - lo : RUN);
	for (size_t width = RUN; width < count; width *= 2)
		for (size_t lo = 0; lo < count; lo += 2 * width) {
			size_t mid = lo + width < count ? lo + width : count;
			size_t hi = mid + width < count ? mid + width : count;
			merge(order, items, room, lo, mid, hi);
		}
}
