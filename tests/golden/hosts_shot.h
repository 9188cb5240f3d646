/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hosts_shot - the screen of many machines without any: for golden screens */
#pragma once

struct canvas;
struct shown;

/* A machine of each kind, as the store of SHOWN has it: in trouble, silent, lost for good so far,
 * and being opened. */
void hosts_shot(struct canvas *canvas, const struct shown *shown);
