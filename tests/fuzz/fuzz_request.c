/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_request - a front end that lies: what is taken is in range and says the same again */
#include "tests/fuzz/fuzz.h"

#include "base/buf.h"
#include "frame/request.h"

#include <stdlib.h>
#include <string.h>

static void expect(int right)
{
	if (!right)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct request request, again;
	struct buf buf;

	if (request_decode(&request, (const char *)data, len) != 0)
		return 0;
	expect(request.npids <= FRAME_PART_MAX);
	expect(request.id.pid >= 0 && request.id.pid <= FRAME_PID_MAX);
	buf_init(&buf);
	request_encode(&buf, &request);
	expect(request_decode(&again, buf.data, buf.len) == 0);
	expect(memcmp(&request, &again, sizeof(request)) == 0);
	buf_done(&buf);
	return 0;
}
