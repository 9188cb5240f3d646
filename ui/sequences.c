/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sequences - see sequences.h.  In the order of keys; from xterm, the VT220, rxvt and the Linux
 * console. */
#include "ui/sequences.h"

#include "ui/input.h"

static const struct sequence sequences[] = {
	{ "\033[A", KEYS_UP },
	{ "\033OA", KEYS_UP },
	{ "\033[B", KEYS_DOWN },
	{ "\033OB", KEYS_DOWN },
	{ "\033[C", KEYS_RIGHT },
	{ "\033OC", KEYS_RIGHT },
	{ "\033[D", KEYS_LEFT },
	{ "\033OD", KEYS_LEFT },
	{ "\033[H", KEYS_HOME },
	{ "\033OH", KEYS_HOME },
	{ "\033[1~", KEYS_HOME },
	{ "\033[7~", KEYS_HOME },
	{ "\033[F", KEYS_END },
	{ "\033OF", KEYS_END },
	{ "\033[4~", KEYS_END },
	{ "\033[8~", KEYS_END },
	{ "\033[2~", KEYS_INSERT },
	{ "\033[3~", KEYS_DELETE },
	{ "\033[5~", KEYS_PAGE_UP },
	{ "\033[6~", KEYS_PAGE_DOWN },
	{ "\033[Z", KEYS_BACK_TAB },
	{ "\033OM", KEYS_ENTER },
	{ "\033OP", KEYS_F1 },
	{ "\033[11~", KEYS_F1 },
	{ "\033[[A", KEYS_F1 },
	{ "\033OQ", KEYS_F2 },
	{ "\033[12~", KEYS_F2 },
	{ "\033[[B", KEYS_F2 },
	{ "\033OR", KEYS_F3 },
	{ "\033[13~", KEYS_F3 },
	{ "\033[[C", KEYS_F3 },
	{ "\033OS", KEYS_F4 },
	{ "\033[14~", KEYS_F4 },
	{ "\033[[D", KEYS_F4 },
	{ "\033[15~", KEYS_F5 },
	{ "\033[[E", KEYS_F5 },
	{ "\033[17~", KEYS_F6 },
	{ "\033[18~", KEYS_F7 },
	{ "\033[19~", KEYS_F8 },
	{ "\033[20~", KEYS_F9 },
	{ "\033[21~", KEYS_F10 },
	{ "\033[200~", INPUT_PASTE_BEGIN },
	{ "\033[201~", INPUT_PASTE_END },
};

const struct sequence *sequences_all(size_t *count)
{
	*count = sizeof(sequences) / sizeof(sequences[0]);
	return sequences;
}
