/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_sentence - see table_sentence.h */
#include "ui/table/table_sentence.h"

#include "base/text.h"
#include "ui/style.h"

#include <string.h>

/* --- where it is cut -------------------------------------------------------------------------- */

/* End of the last whole sentence within LIMIT bytes; 0: none. */
static size_t sentence_end(const char *text, size_t limit)
{
	size_t end = 0;

	for (size_t i = 0; i < limit; i++) {
		bool stop = text[i] == '.' && (text[i + 1] == ' ' || text[i + 1] == '\0');

		if (stop)
			end = i + 1;
	}
	return end;
}

static size_t word_end(const char *text, size_t limit)
{
	size_t end = limit;

	while (end > 0 && text[end] != ' ')
		end--;
	while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == ',' || text[end - 1] == ';'))
		end--;
	return end > 0 ? end : limit;
}

size_t table_sentence_fit(const char *text, int columns, int mark, bool *cut)
{
	size_t fits = text_fit(text, columns, NULL);

	*cut = false;
	if (!text[fits])
		return fits;
	size_t end = sentence_end(text, fits);
	if (end > 0)
		return end;
	*cut = true;
	return word_end(text, text_fit(text, columns > mark ? columns - mark : 0, NULL));
}

/* --- words ------------------------------------------------------------------------------------ */

/* The sentence that byte AT of the text is part of; the last one for what is behind all. */
static const struct headline_sentence *sentence_at(const struct headline *headline, size_t at)
{
	int i = 0;

	while (i < headline->nsentences - 1 && at >= headline->sentences[i].end)
		i++;
	return &headline->sentences[i];
}

/* Bytes FROM up to TO on row Y, and a mark when words are missing behind them. */
static void draw_words(struct canvas *canvas, int y, const struct headline *headline, size_t from,
	size_t to, bool cut)
{
	char part[sizeof(headline->text)];
	enum style style = style_of_mood(headline->mood);
	int x = 0;

	while (from < to) {
		const struct headline_sentence *sentence = sentence_at(headline, from);
		size_t end = sentence->end < to && sentence->end > from ? sentence->end : to;

		memcpy(part, headline->text + from, end - from);
		part[end - from] = '\0';
		style = style_of_mood(sentence->mood);
		x += canvas_text(canvas, x, y, style, part, canvas->width - x);
		from = end;
	}
	if (cut)
		canvas_text(canvas, x, y, style, canvas->utf8 ? "…" : "...", canvas->width - x);
}

/* One row: where the first sentence does not fit, its other form, in which what counts comes
 * first. */
static void draw_brief(struct canvas *canvas, int y, const struct headline *headline)
{
	struct headline brief = *headline;
	int mark = canvas->utf8 ? 1 : 3;
	bool cut;
	size_t len = table_sentence_fit(headline->text, canvas->width, mark, &cut);

	if (cut && headline->brief[0] != '\0') {
		memcpy(brief.text, headline->brief, sizeof(headline->brief));
		brief.sentences[0].end = strlen(brief.text);
		brief.nsentences = 1;
		len = table_sentence_fit(brief.text, canvas->width, mark, &cut);
	}
	draw_words(canvas, y, &brief, 0, len, cut);
}

/* Where all that is to be said of the end would be cut: the first sentence, as much of it as one
 * row has room for, and the others on a row of their own, in few words if need be.  False: not
 * so. */
static bool draw_apart(struct canvas *canvas, int y, const struct headline *headline)
{
	int mark = canvas->utf8 ? 1 : 3;
	size_t first = headline->sentences[0].end;
	bool cut, rest_cut;
	size_t from = first + strspn(headline->text + first, " ");

	if (headline->brief[0] == '\0' || headline->brief_of != 1)
		return false;
	size_t len = table_sentence_fit(headline->text, canvas->width, mark, &cut);
	draw_words(canvas, y, headline, 0, len < first ? len : first, cut);
	len = table_sentence_fit(headline->text + from, canvas->width, mark, &rest_cut);
	if (rest_cut)
		draw_brief(canvas, y + 1, headline);
	else
		draw_words(canvas, y + 1, headline, from, from + len, false);
	return true;
}

/* A sentence each, or one that goes on in the second. */
static void draw_both(struct canvas *canvas, int y, const struct headline *headline)
{
	const char *text = headline->text;
	int mark = canvas->utf8 ? 1 : 3;
	bool cut;
	size_t len = table_sentence_fit(text, canvas->width, mark, &cut);

	if (cut)
		len = text_wrap(text, canvas->width);
	size_t first = len, from = len + strspn(text + len, " ");
	len = table_sentence_fit(text + from, canvas->width, mark, &cut);
	/* the last words of a sentence alone would waste the row */
	bool waste = text[from + len] && !cut && text_widthn(text + from, len) < canvas->width / 2;
	if ((cut || waste) && draw_apart(canvas, y, headline))
		return;
	draw_words(canvas, y, headline, 0, first, false);
	if (waste) {
		len = text_wrap(text + from, canvas->width - mark);
		cut = true;
	}
	draw_words(canvas, y + 1, headline, from, from + len, cut);
}

void table_sentence_put(struct canvas *canvas, int y, bool two_rows,
	const struct headline *headline)
{
	if (two_rows)
		draw_both(canvas, y, headline);
	else
		draw_brief(canvas, y, headline);
}

int table_sentence_draw(struct canvas *canvas, const struct headline *headline)
{
	bool two_rows = canvas->height >= TABLE_SENTENCE_ROWS;

	table_sentence_put(canvas, 0, two_rows, headline);
	return two_rows ? 2 : 1;
}
