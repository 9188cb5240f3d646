/* SPDX-License-Identifier: GPL-2.0-or-later */
/* values - see values.h */
#include "options/values.h"

#include "base/units.h"

#include <errno.h>

int values_seconds(const char *text, double least_s, double most_s, double *seconds)
{
	double value;

	if (units_parse_seconds(text, &value) != 0 || !(value >= least_s && value <= most_s))
		return -EINVAL;
	*seconds = value;
	return 0;
}

int values_interval(const char *text, uint32_t *interval_ms)
{
	double seconds;

	if (values_seconds(text, 0.1, 3600, &seconds) != 0)
		return -EINVAL;
	*interval_ms = (uint32_t)(seconds * 1000 + 0.5);
	return 0;
}

int values_sort(const char *text, enum column_id *sort, bool *reverse)
{
	bool turned = text[0] == '-';
	const struct column *column = column_by_key(text + turned);

	if (column == NULL)
		return -EINVAL;
	*sort = column->id;
	*reverse = turned;
	return 0;
}

int values_add_column(const char *key, enum column_id columns[COLUMN_COUNT], size_t *count)
{
	const struct column *column = column_by_key(key);

	if (column == NULL)
		return -ENOENT;
	for (size_t i = 0; i < *count; i++)
		if (columns[i] == column->id)
			return -EEXIST;
	columns[(*count)++] = column->id;
	return 0;
}
