/* SPDX-License-Identifier: GPL-2.0-or-later */
/* title_priv - between title.c, which knows the places, and title_list.c, for a list of podman's */
#pragma once

#include "frame/json_reader.h"
#include "sample/title.h"

/* The text of the member KEY; false: it has none, or one too long. */
bool title_member(const struct json_object *object, const char *key, char out[TITLE_MAX]);

/* The name of the container with the number ID in the LEN bytes of LIST, as it stands there; "": it
 * is not. */
void title_listed(char name[TITLE_MAX], const char *list, size_t len, const char *id);
