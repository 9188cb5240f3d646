/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline_pressure - is memory short, and does anybody wait for it: what the sentences go by
 *
 * Pure: from the facts (headline.h), of the machine or of the container whose limit counts.
 */
#pragma once

#include "model/headline.h"

/* The memory left, in percent of all there is; 100 where that is not known. */
double headline_available_percent(const struct headline_facts *facts);

/* Little is left; very little, or little and no swap either; a lot is. */
bool headline_is_tight(const struct headline_facts *facts);
bool headline_is_short(const struct headline_facts *facts);
bool headline_has_plenty(const struct headline_facts *facts);

/* Whether the kernel tells who waits (proc_pressure memory). */
bool headline_knows_stalls(const struct headline_facts *facts);

/* KiB a second to and from swap; 0 where that is not known. */
double headline_swap_traffic(const struct headline_facts *facts);

/* Programs stand still for want of memory. */
bool headline_is_stalled(const struct headline_facts *facts);

/* Whether pages that come back from disk had been pushed out, so that faults mean waiting for
 * memory. */
bool headline_lacks_pages(const struct headline_facts *facts);

/* There is no swap, or nearly none of it is free. */
bool headline_swap_is_used_up(const struct system_figures *system);

/* ", no pressure": what the kernel says of waiting, "" when it says nothing. */
const char *headline_pressure_words(const struct headline_facts *facts);
