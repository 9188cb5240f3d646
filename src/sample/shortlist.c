/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shortlist - see shortlist.h */
#include "sample/shortlist.h"

void shortlist_offer(struct shortlist *list, uint64_t score, size_t index)
{
	size_t at = list->count;

	if (score == 0 || list->most == 0 || (at == list->most && score <= list->at[at - 1].score))
		return;
	list->count += at < list->most;
	for (at = list->count - 1; at > 0 && list->at[at - 1].score < score; at--)
		list->at[at] = list->at[at - 1];
	list->at[at].score = score;
	list->at[at].index = index;
}
