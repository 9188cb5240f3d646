/* reader_wire - what reader and its child say to each other through their pipes */
#ifndef MEMTOP_SAMPLE_READER_WIRE_H
#define MEMTOP_SAMPLE_READER_WIRE_H

#include "sample/reader.h"

#include <sys/types.h>

/* An answer on the wire is this and then LEN bytes of text without a NUL. */
struct reader_reply {
	struct reader_ask ask;
	int error;
	uint32_t len;
	struct procparse_smaps smaps;
};

/* The child's life: answers asks from IN on OUT until IN ends.  PARENT is who must live. */
_Noreturn void reader_child(int in, int out, pid_t parent);

#endif
