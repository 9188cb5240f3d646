/* SPDX-License-Identifier: GPL-2.0-or-later */
/* java - what a Java virtual machine publishes of its heap: hsperfdata, 32 KiB that it maps and
 * writes for jstat(1)
 *
 * Taken out of the mapping itself, so that neither a container's /tmp nor a deleted file matters;
 * the machine is not asked anything and collects nothing for us.  Figures of generations are those
 * of the last collection, as the machine keeps them.
 */
#pragma once

#include "inspect/memory.h"

enum { JAVA_TEXT_MOST = 64 };

struct java {
	uint64_t used;      /* bytes of the heap in use: all spaces, used */
	uint64_t committed; /* their capacity; of two survivor spaces one, as the beans count */
	uint64_t limit;     /* maxCapacity of the generations; 0: not said */
	uint64_t metaspace; /* sun.gc.metaspace.used */
	uint64_t metaspace_committed; /* sun.gc.metaspace.capacity */
	uint64_t old; /* of what is in use: generation 1, all of it where there is but one */
	uint64_t young_committed, old_committed; /* capacity; young 0: there is but one */
	uint64_t collections;                    /* invocations of all collectors */
	char version[JAVA_TEXT_MOST];            /* java.property.java.version; "" */
	char collector[JAVA_TEXT_MOST];          /* sun.gc.policy.name; "" */
};

/* 0; -ENOENT (no such mapping: no Java here, or told not to publish), -EPROTO (not in a form that
 * is known, or not ready), or as memory_read. */
int java_read(struct java *java, struct memory *memory);

/* The same for the process PID out of the file that it has mapped, where its memory may not be
 * read: 0, -ENOENT, or -errno of opening it. */
int java_read_file(struct java *java, pid_t pid);

/* The same of LEN bytes of such a file. */
int java_parse(struct java *java, const unsigned char *bytes, size_t len);
