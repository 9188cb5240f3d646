/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view: rows of containers in their order, their columns, filters on them, and what is printed */
#include "run/match.h"
#include "table/report.h"
#include "tests/lib/fleet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct table {
	struct story fleet;
	struct view view;
	struct view_ask ask;
};

static int setup(void **state)
{
	struct table *table = calloc(1, sizeof(*table));

	fleet_begin(&table->fleet);
	view_init(&table->view);
	table->ask = (struct view_ask){
		.sort = COL_VERDICT,
		.climbers_on_top = true,
		.grouped = true,
		.group = GROUP_CONTAINER,
		.uid = -1,
	};
	*state = table;
	return 0;
}

static int teardown(void **state)
{
	struct table *table = *state;

	view_done(&table->view);
	story_end(&table->fleet);
	free(table);
	return 0;
}

static void build(struct table *table, const char *filter)
{
	struct query_error error;
	struct query *query = NULL;

	assert_int_equal(query_parse(&query, filter, &error), 0);
	table->ask.query = query;
	view_build(&table->view, table->fleet.store, &table->ask);
	table->ask.query = NULL;
	query_free(query);
}

static const char *name_at(const struct table *table, size_t i)
{
	return i < table->view.count ? table->view.rows[i].name : "nothing";
}

static const struct row *row_of(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->view.count; i++)
		if (table->view.rows[i].container && strcmp(name_at(table, i), name) == 0)
			return &table->view.rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* Who climbs, who was killed, how full it is; a pod's containers stand below it. */
static void test_order(void **state)
{
	static const char *const order[] = { "shop", "mail.service", "default/web-7f9c", "app",
		"nginx" };
	struct table *table = *state;

	build(table, "");
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		assert_string_equal(name_at(table, i), order[i]);
	assert_int_equal(table->view.rows[2].depth, 0);
	assert_int_equal(table->view.rows[3].depth, 1);
	assert_int_equal(view_held(&table->view, &table->ask, table->fleet.store), 1);
	/* of two processes that climb in one container that is one */
	assert_int_equal(table->view.climbing, 2);
	assert_int_equal(view_climbing(&table->view, &table->ask, table->fleet.store), 1);
	/* one row each: neither slices nor what a container has made inside of it */
	for (size_t i = 0; i < table->view.count; i++)
		assert_true(containers_is_row(table->view.rows[i].container));
}

static void test_tree(void **state)
{
	struct table *table = *state;

	table->ask.tree = true;
	build(table, "");
	assert_string_equal(table->view.rows[0].container->path, "/");
	assert_int_equal(row_of(table, "app")->depth, row_of(table, "default/web-7f9c")->depth + 1);
	for (size_t i = 0; i < table->view.count; i++)
		assert_string_not_equal(table->view.rows[i].container->path,
			FLEET_SHOP "/container");
	/* what is above stays when only one matches */
	build(table, "container=shop");
	assert_int_equal(table->view.rows[table->view.count - 1].container->kind, CGPATH_PODMAN);
	assert_true(table->view.count < 5);
}

static void test_folds(void **state)
{
	struct table *table = *state;

	build(table, "");
	struct ident shop = row_ident(row_of(table, "shop"));
	size_t before = table->view.count;
	table->ask.folds = &shop;
	table->ask.nfolds = 1;
	build(table, "");
	assert_int_equal(table->view.count, before + 2);
	assert_non_null(table->view.rows[1].proc);
	assert_int_equal(table->view.rows[1].depth, 1);
}

static void test_filters(void **state)
{
	static const struct {
		const char *filter, *first;
		size_t count;
	} cases[] = {
		{ "container=shop", "shop", 1 },
		{ "container=shop and unreclaimable>90%", "nothing", 0 },
		{ "unreclaimable>90%", "mail.service", 1 },
		{ "full>=90", "mail.service", 1 },
		{ "eta<1h", "shop", 1 },
		{ "kills>0", "mail.service", 1 },
		{ "kind=podman and limit=1g", "shop", 1 },
		{ "state=climbing", "shop", 1 },
		{ "stalls>10", "mail.service", 1 },
		{ "max_events>300", "mail.service", 1 },
		{ "cache>1g", "ee23456789ab", 1 },
	};
	struct table *table = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		build(table, cases[i].filter);
		assert_string_equal(name_at(table, 0), cases[i].first);
		assert_int_equal(table->view.count, cases[i].count);
	}
	/* of a process it is what its container has */
	table->ask.grouped = false;
	build(table, "container=shop and unreclaimable>40%");
	assert_int_equal(table->view.count, 2);
	build(table, "container=mail.service and unreclaimable<50%");
	assert_int_equal(table->view.count, 0);
}

static void expect_match(struct table *table, const char *expr, struct match_scope scope,
	enum match_result result, const char *line)
{
	struct query_error error;
	struct query *query;
	struct buf out;

	assert_int_equal(query_parse(&query, expr, &error), 0);
	struct match *match = match_new(query, expr, &scope);
	view_build(&table->view, table->fleet.store, &table->ask);
	assert_int_equal(match_take(match, table->fleet.store, &table->view), result);
	buf_init(&out);
	match_line(&out, match);
	if (strstr(buf_text(&out), line) == NULL)
		fail_msg("%s: no '%s' in '%s'", expr, line, buf_text(&out));
	buf_done(&out);
	match_free(match);
	query_free(query);
}

static void end_all_of(struct table *table, const char *name)
{
	struct store *store = table->fleet.store;

	for (size_t i = 0; i < store_count(store); i++)
		if (strcmp(store_proc(store, i)->comm, name) == 0)
			story_death(&table->fleet, store_proc(store, i)->id.pid);
	story_tick(&table->fleet);
}

/* A check of containers asks those without a process, too: who was killed is not there. */
static void test_check_of_empty(void **state)
{
	static const char killed[] = "container=mail.service and kills>0";
	const struct match_scope all = { .uid = -1, .containers = true }, processes = { .uid = -1 };
	struct table *table = *state;

	table->ask.grouped = false;
	expect_match(table, killed, all, MATCH_FOUND, "dovecot (");
	end_all_of(table, "dovecot");
	expect_match(table, killed, all, MATCH_FOUND,
		"container mail.service: no process, 58 MiB unreclaimable, killed 1 time");
	expect_match(table, "kills>0", all, MATCH_FOUND, "mail.service");
	expect_match(table, "container=mail.service and kills>1", all, MATCH_NONE, "OK");
	expect_match(table, killed, processes, MATCH_NONE, "OK");
}

/* In a recording it does not matter where a process is that matches in none of the containers there
 * are; where it does, that is said.  On a machine it may be found out, and the container with it. */
static void test_check_of_the_unplaced(void **state)
{
	const struct match_scope all = { .uid = -1, .containers = true, .recorded = true };
	const struct match_scope live = { .uid = -1, .containers = true };
	struct table *table = *state;

	table->ask.grouped = false;
	story_birth(&table->fleet, 9000, 0, "newcomer");
	story_usage(&table->fleet, 9000, 1 << 20, 1024);
	story_memory(&table->fleet, 9000, 1 << 20, 0, 0, 0, 1 << 20);
	story_tick(&table->fleet);
	expect_match(table, "container=none and unreclaimable>90%", all, MATCH_NONE, "OK");
	expect_match(table, "container=none and unreclaimable>90%", live, MATCH_OPEN, "newcomer");
	expect_match(table, "container=nginx and unreclaimable>90%", all, MATCH_NONE, "OK");
	expect_match(table, "kills>100 or container=none", all, MATCH_NONE, "OK");
	expect_match(table, "container=nginx and rss=1g", all, MATCH_OPEN,
		"the container of newcomer (9000) could not be read");
	expect_match(table, "container!=nginx and rss=1g", all, MATCH_OPEN,
		"the container of newcomer (9000) could not be read");
	/* nor can any be said to be empty */
	end_all_of(table, "dovecot");
	expect_match(table, "container=mail.service and kills>0", live, MATCH_FOUND,
		"container mail.service, 58 MiB unreclaimable, killed 1 time");
}

static void expect_cell(const struct table *table, const char *name, enum column_id id, int width,
	const char *text)
{
	const struct column_style style = { .utf8 = true };
	char cell[COLUMN_TEXT_MAX];

	column_format(column_get(id), table->fleet.store, row_of(table, name), &style, width, cell);
	assert_string_equal(cell, text);
}

/* Its own figures, not sums; what is not known is n/a, what is not there is none. */
static void test_cells(void **state)
{
	struct table *table = *state;

	build(table, "");
	expect_cell(table, "mail.service", COL_USED, 7, "58.250M");
	expect_cell(table, "mail.service", COL_MAX_EVENTS, 7, "312/7");
	expect_cell(table, "mail.service", COL_FULL, 4, "91%");
	expect_cell(table, "mail.service", COL_SWAP, 7, "0");
	expect_cell(table, "shop", COL_LIMIT, 7, "1.000G");
	expect_cell(table, "shop", COL_PROCS, 5, "2");
	expect_cell(table, "web", COL_LIMIT, 7, "none");
	expect_cell(table, "web", COL_FULL, 4, "-");
	expect_cell(table, "web", COL_ETA, 6, "-");
	expect_cell(table, "ff23456789ab", COL_USED, 7, "n/a");
	expect_cell(table, "ff23456789ab", COL_VERDICT, 11, "n/a");
	expect_cell(table, "ff23456789ab", COL_GROWTH, 7, "n/a");
}

static void test_json(void **state)
{
	struct table *table = *state;
	const struct report_style style = { .containers = true };
	struct buf out;

	buf_init(&out);
	build(table, "container=mail.service");
	report_json(&out, table->fleet.store, &table->view, &style);
	assert_non_null(strstr(buf_text(&out),
		"\"containers\":[{\"name\":\"mail.service\",\"id\":null,"
		"\"kind\":\"service\","));
	assert_non_null(strstr(buf_text(&out), "\"unreclaimable\":61079552,"));
	assert_non_null(strstr(buf_text(&out), "\"limit_path\":\"/system.slice/mail.service\""));
	assert_non_null(strstr(buf_text(&out), "\"max_events\":312,\"kills\":1,\"processes\":1}"));
	assert_null(strstr(buf_text(&out), "\"processes\":["));
	buf_done(&out);
}

/* Names have the room that the other columns leave. */
static void test_names(void **state)
{
	static const enum column_id columns[] = { COL_CONTAINER, COL_USED };
	struct table *table = *state;
	struct report_style style = {
		.columns = columns, .ncolumns = 2, .width = 60, .containers = true
	};
	struct buf out;

	buf_init(&out);
	build(table, "container=ff23456789ab");
	report_text(&out, table->fleet.store, &table->view, &style);
	assert_non_null(strstr(buf_text(&out), "\npodman ff23456789ab     n/a\n"));
	style.width = 26;
	buf_clear(&out);
	report_text(&out, table->fleet.store, &table->view, &style);
	assert_non_null(strstr(buf_text(&out), "\npodman ff23456789+     n/a\n"));
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_filters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check_of_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check_of_the_unplaced, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cells, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
	};

	return cmocka_run_group_tests_name("view_container", tests, NULL, NULL);
}
