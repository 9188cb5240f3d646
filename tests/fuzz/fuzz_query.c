/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_query - a filter is taken or refused with a place in it, and what is taken can be asked */
#include <stdlib.h>
#include <string.h>

#include "table/query.h"
#include "tests/fuzz/fuzz.h"

static void expect(int right)
{
	if (!right)
		abort();
}

/* One process of which all is known, and one of which nothing is. */
static struct store *make_store(void)
{
	struct store *store = store_new();
	struct stream_header header = { .hz = 100 };
	struct proc_birth births[] = {
		{ .id = { 1, 1 }, .state = 'S', .comm = "init" },
		{ .id = { 2, 1 }, .state = 'S', .comm = "new" },
	};
	struct proc_detail detail = {
		.pid = 1, .figures.known = UINT16_MAX, .figures.anon_kib = 5000, .figures.nice = 5
	};
	struct proc_text texts[] = {
		{ 1, TEXT_CMDLINE, "init splash" },
		{ 1, TEXT_CGROUP, "/init.scope" },
	};
	struct user_name user = { 0, "root" };
	struct frame frame = {
		.tick = true,
		.seq = 1,
		.boot_ms = 100000,
		.system = { .known = SYSTEM_AVAILABLE,
			.total_kib = 1000000,
			.available_kib = 5000, },
		.births = births,
		.nbirths = 2,
		.details = &detail,
		.ndetails = 1,
		.texts = texts,
		.ntexts = 2,
		.users = &user,
		.nusers = 1,
	};

	store_set_header(store, &header);
	store_apply(store, &frame);
	return store;
}

static void ask(const struct query *query)
{
	static struct store *store;

	if (!store)
		store = make_store();
	for (int32_t pid = 1; pid <= 2; pid++) {
		struct row row = { .proc = store_find_pid(store, pid) };
		bool once = query_match(query, store, &row);
		expect(query_match(query, store, &row) == once);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct query *query = NULL;
	struct query_error error = { .at = SIZE_MAX };
	char *text = malloc(len + 1);

	expect(text != NULL);
	memcpy(text, data, len);
	text[len] = '\0';
	if (query_parse(&query, text, &error) == 0) {
		ask(query);
	} else {
		expect(!query && error.at <= strlen(text));
		expect(error.text[0] && memchr(error.text, '\0', sizeof(error.text)));
	}
	query_free(query);
	free(text);
	return 0;
}
