/* SPDX-License-Identifier: GPL-2.0-or-later */
/* column_number - the figure in a cell, as a number (column.h): of a field of the record, of what
 * is computed, or of a container that keeps its own */
#include "table/column_figures.h"

/* A container's own figure in a column that processes have, too; false: it is none of those, and
 * *KNOWN is untouched. */
static bool container_number(enum column_id id, const struct container *container, bool *known,
	double *out)
{
	uint32_t bits = container->known;
	bool counted = id == COL_COUNT;

	if (id == COL_SWAP)
		*known = column_kib_if(bits & CONTAINER_HAS_SWAP, container->swap_kib, out);
	else if (id == COL_PEAK)
		*known = column_kib_if(bits & (CONTAINER_HAS_PEAK | CONTAINER_HAS_USAGE),
			container->peak_kib, out);
	else if (counted)
		*known = !containers_is_hidden(container);
	else
		return false;
	if (counted && *known)
		*out = container->processes;
	return true;
}

/* A figure of the process' own, or a sum where those of members add up. */
static bool field_number(const struct column *column, const struct row *row, double *out)
{
	const struct wire_field *field = &proc_fields[column->field];
	const struct proc_figures *figures = field->adds || column->sums ? row_figures(row)
									 : &row_self(row)->figures;
	uint32_t known = column->known ? column->known : field->known;

	if ((figures->known & known) != known)
		return false;
	*out = proc_fields_number(figures, column->field);
	return true;
}

bool column_number(const struct column *column, const struct store *store, const struct row *row,
	double *out)
{
	bool known;

	if (row->container != NULL && container_number(column->id, row->container, &known, out))
		return known;
	if (column->field)
		return field_number(column, row, out);
	if (column->number_of != NULL)
		return column->number_of(column, store, row, out);
	return column->number != NULL && column->number(store, row, out);
}

bool column_is_number(const struct column *column)
{
	return column->field || column->number != NULL || column->number_of != NULL;
}

bool column_at_most(const struct column *column, const struct row *row)
{
	bool own = row->container != NULL && (column->id == COL_SWAP || column->id == COL_PEAK);

	if (own || !column->shared || row->sum == NULL || row_total(row)->holders < 2)
		return false;
	return column->id != COL_FOOTPRINT || !row_total(row)->divided;
}
