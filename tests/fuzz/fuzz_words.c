/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_words - the command of --exec: whatever its words are, put in quotation marks they are
 * the same */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "modes/alarm.h"
#include "tests/fuzz/fuzz.h"

static void expect(int right)
{
	if (!right)
		abort();
}

/* 'it'\''s' */
static void quote(struct buf *out, const char *word)
{
	buf_putc(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *word);
	}
	buf_putc(out, '\'');
}

static void expect_same_again(char *const words[], int count)
{
	char *again[ALARM_WORDS_MAX + 1];
	struct buf text;

	buf_init(&text);
	for (int i = 0; i < count; i++) {
		quote(&text, words[i]);
		buf_puts(&text, i % 2 ? " " : "\t ");
	}
	char *copy = strdup(buf_text(&text));
	expect(copy != NULL && alarm_split(copy, again) == count);
	for (int i = 0; i < count; i++)
		expect(strcmp(words[i], again[i]) == 0);
	free(copy);
	buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *words[ALARM_WORDS_MAX + 1], *text = malloc(len + 1);

	expect(text != NULL);
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	size_t size = strlen(text);
	int count = alarm_split(text, words);
	expect(count == -EINVAL || (count > 0 && count <= ALARM_WORDS_MAX && words[count] == NULL));
	for (int i = 0; i < count; i++)
		expect(words[i] >= text && words[i] + strlen(words[i]) <= text + size &&
			(i == 0 || words[i] > words[i - 1]));
	if (count > 0)
		expect_same_again(words, count);
	free(text);
	return 0;
}
