/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bindings - keys of the user's own: the table of actions (actions.h) with what [keys] of the
 * settings adds to it
 *
 * "ACTION = KEY KEY ...": these keys do it, besides those it has; from other actions of the same
 * screens they are taken away.
 */
#pragma once

#include "options/settings.h"
#include "ui/actions.h"

enum { BINDINGS_WHY_MAX = 160 };

/* All actions with SETTINGS' keys, *COUNT of them, for free(3); NULL: the settings have none.  A
 * binding that names no action or no key is left out, and the first such is told in WHY ("" for
 * none). */
struct action *bindings_make(const struct settings *settings, size_t *count,
	char why[BINDINGS_WHY_MAX]);
