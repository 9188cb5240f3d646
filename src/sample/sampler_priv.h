/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sampler_priv - the inside of the sampler, shared by sampler*.c and by nobody else */
#pragma once

#include "sample/cgfs.h"
#include "sample/cgkill.h"
#include "sample/control.h"
#include "sample/details.h"
#include "sample/inspector.h"
#include "sample/mappings.h"
#include "sample/outbox.h"
#include "sample/processes.h"
#include "sample/sampler.h"
#include "sample/slabs.h"
#include "sample/system.h"
#include "sample/texts.h"

struct sampler {
	int proc;
	int parent;
	struct libproc *lib;
	struct system_state system;
	struct slabs slabs;
	struct processes processes;
	struct details details;
	struct texts texts;
	struct mappings mappings;
	struct inspector inspector;
	struct cgfs cgfs;
	struct cgkill kills;
	struct control control;
	bool readonly; /* nobody is signalled */
	struct outbox outbox;
	struct frame_writer writer;
	struct frame head; /* of the tick now or last taken */
	bool want_key;
	bool fresh;           /* something newly watched has no details yet */
	bool settling;        /* somebody waits until nothing of the watched is missing ... */
	uint32_t settle;      /* ... and the number of that request */
	uint64_t addition_ms; /* since when something waits for an addition; 0: nothing */
	uint64_t skew_ms;     /* boot time minus monotonic time at the tick before */
	uint64_t end_ms;      /* boot time at the end of the tick before; 0: none */
	uint64_t cpu_us;      /* CPU time used up to the tick before */
	int hidepid;          /* what it does to us; 0: nothing */
	uint32_t hidden;      /* pids it keeps out of /proc, counted at hidden_ms */
	uint64_t hidden_ms;
	uint64_t left_ms;             /* when who is not watched was last marked (SLOT_LEFT) */
	char lacks[SYSTEM_LACKS_MAX]; /* what is missing of the machine; "" for nothing */
};

/* Begins an addition to the tick: what is written from here on goes out as one. */
void sampler_add(struct sampler *sampler);

/* Answers REQUEST, which 0 says that nobody asked: ERROR is 0 or an errno value, TEXT says why. */
void sampler_notice(struct sampler *sampler, uint32_t request, int error, const char *text);
