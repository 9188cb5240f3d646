/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packages - see packages.h */
#include "model/packages.h"

#include "base/order.h"
#include "base/units.h"

#include <string.h>

enum { SIZE_COLUMNS = 7 };

/* NULL: there are too many. */
static struct package_sum *sum_of(struct packages *packages, enum package_kind kind,
	const char *name)
{
	for (size_t i = 0; i < packages->count; i++)
		if (packages->all[i].kind == kind && strcmp(packages->all[i].name, name) == 0)
			return &packages->all[i];
	if (packages->count == PACKAGES_MOST)
		return NULL;
	struct package_sum *sum = &packages->all[packages->count++];
	*sum = (struct package_sum){ .kind = kind };
	memcpy(sum->name, name, sizeof(sum->name));
	return sum;
}

/* Equals by name, so that they do not change places. */
static int by_size(const void *a, const void *b)
{
	const struct package_sum *x = a, *y = b;

	if (x->rss_kib != y->rss_kib)
		return x->rss_kib > y->rss_kib ? -1 : 1;
	return strcmp(x->name, y->name);
}

void packages_of(struct packages *packages, const struct maps *maps)
{
	char name[PACKAGE_NAME_MOST] = "";

	packages->count = 0;
	packages->rest_kib = 0;
	packages->partial = false;
	for (size_t i = 0; i < maps->count; i++) {
		const struct maps_group *part = &maps->parts[i];
		enum package_kind kind = package_of(part->name, name);

		if (name[0] == '\0')
			kind = PACKAGE_NONE;

		/* all the rest of a kind: which packages are in it is not known */
		packages->partial |= strcmp(part->name, "+") == 0;
		if (kind == PACKAGE_NONE && part->name[0] == '/')
			packages->rest_kib += part->rss_kib;
		struct package_sum *sum = kind != PACKAGE_NONE ? sum_of(packages, kind, name)
							       : NULL;
		packages->partial |= kind != PACKAGE_NONE && sum == NULL;
		if (sum == NULL)
			continue;
		sum->mappings += part->mappings;
		sum->rss_kib += part->rss_kib;
		sum->pss_kib += part->pss_kib;
		sum->swap_kib += part->swap_kib;
		sum->gained_kib += part->gained_kib;
	}
	order_sort(packages->all, packages->count, sizeof(packages->all[0]), by_size);
}

void packages_line(struct buf *out, const struct packages *packages, size_t most)
{
	uint64_t more_kib = 0;

	for (size_t i = 0; i < packages->count && i < most; i++)
		buf_printf(out, "%s%s %s", i > 0 ? ", " : "", packages->all[i].name,
			units_kib(UNITS_TEXT, packages->all[i].rss_kib, SIZE_COLUMNS));
	for (size_t i = most; i < packages->count; i++)
		more_kib += packages->all[i].rss_kib;
	if (packages->count > most)
		buf_printf(out, ", %zu more %s", packages->count - most,
			units_kib(UNITS_TEXT, more_kib, SIZE_COLUMNS));
	if (packages->partial)
		buf_puts(out, ", and some that are not told");
}

void packages_json(struct json_writer *json, const struct maps *maps)
{
	struct packages packages;

	if (maps == NULL || maps->parts_ms == 0) {
		json_add_null(json, "packages");
		return;
	}
	packages_of(&packages, maps);
	json_open(json, "packages", '[');
	for (size_t i = 0; i < packages.count; i++) {
		const struct package_sum *sum = &packages.all[i];

		json_open(json, NULL, '{');
		json_add_text(json, "package", sum->name);
		json_add_text(json, "of", package_kind_title(sum->kind));
		json_add_number(json, "mappings", true, sum->mappings);
		json_add_kib(json, "rss", true, sum->rss_kib);
		json_add_kib(json, "pss", true, sum->pss_kib);
		json_add_kib(json, "swap", true, sum->swap_kib);
		json_add_number(json, "gained", true, units_bytes_change(sum->gained_kib));
		json_close(json, '}');
	}
	json_close(json, ']');
}
