/* SPDX-License-Identifier: GPL-2.0-or-later */
/* classes - see classes.h; layouts: Itanium C++ ABI, 2.5 (virtual tables) and 2.9.5 (RTTI) */
#include "inspect/classes.h"

#include <stdio.h>
#include <string.h>

/* Kinds of type information, as their own type information names them. */
static const char *const kinds[] = {
	"N10__cxxabiv117__class_type_infoE",
	"N10__cxxabiv120__si_class_type_infoE",
	"N10__cxxabiv121__vmi_class_type_infoE",
};

enum { WORD = 8, HEAD_WORDS = 2 /* in front of what objects point to */ };

/* The string at ADDRESS, to its end or as much as there is room for; false: it is no name. */
static bool read_name(struct memory *memory, uint64_t address, char name[CLASSES_NAME_MOST])
{
	size_t len = CLASSES_NAME_MOST - 1;

	while (len > 0 && memory_read(memory, address, name, len) < 0)
		len /= 2; /* it may end where the mapping does */
	name[len] = '\0';
	for (size_t i = 0; name[i] != '\0'; i++)
		if (name[i] < '!' || name[i] > '~')
			return false;
	return name[0] != '\0';
}

/* --- names --- */

struct reading {
	const char *at;
	char *out;
	size_t len;
};

static bool put_text(struct reading *reading, const char *text, size_t len)
{
	if (reading->len + len >= CLASSES_NAME_MOST)
		return false;
	memcpy(reading->out + reading->len, text, len);
	reading->len += len;
	reading->out[reading->len] = '\0';
	return true;
}

/* Passes over a name in arguments, in which letters mean nothing: its length, and so many. */
static bool skip_name(struct reading *reading)
{
	size_t len = 0;

	while (*reading->at >= '0' && *reading->at <= '9' && len < CLASSES_NAME_MOST)
		len = len * 10 + (size_t)(*reading->at++ - '0');
	if (strnlen(reading->at, len) < len)
		return false;
	reading->at += len;
	return true;
}

/* Passes over a number in arguments: the value of a literal. */
static bool skip_value(struct reading *reading)
{
	while (*reading->at >= '0' && *reading->at <= '9')
		reading->at++;
	return true;
}

/* Begins a literal, "Lb1E" or "LN3lib5ColorE2E", and passes over a type that is a word. */
static bool begin_literal(struct reading *reading)
{
	char type = *++reading->at;

	if (type >= '0' && type <= '9')
		return skip_name(reading);
	if (type < 'a' || type > 'z')
		return type == 'N'; /* whose E comes before the value */
	reading->at++;
	return true;
}

enum { DEPTH_MOST = 63 }; /* of arguments within arguments: bits of a word */

/* Passes over the number behind a lambda or a type without a name: "_", "0_". */
static void skip_number(struct reading *reading)
{
	skip_value(reading);
	reading->at += *reading->at == '_';
}

/* Passes over arguments, of a template or of a function, and the E that ends them. */
static bool skip_to_end(struct reading *reading)
{
	uint64_t literals = 0, lambdas = 0; /* the depths that are one's */
	unsigned depth = 1;

	while (depth > 0) {
		char c = *reading->at;
		bool good = true;

		if (c == '\0' || depth == DEPTH_MOST)
			return false;
		if (c >= '0' && c <= '9') {
			good = (literals >> depth & 1) != 0 ? skip_value(reading)
							    : skip_name(reading);
		} else if (c == 'L') {
			literals |= UINT64_C(1) << ++depth;
			good = begin_literal(reading);
		} else if (strncmp(reading->at, "Ul", 2) == 0) {
			reading->at += 2;
			lambdas |= UINT64_C(1) << ++depth;
		} else if (c == 'A' || strncmp(reading->at, "Ut", 2) == 0) {
			reading->at += c == 'A' ? 1 : 2; /* an array, of so many */
			skip_number(reading);
		} else if (c == 'E' && (lambdas >> depth & 1) != 0) {
			lambdas &= ~(UINT64_C(1) << depth--);
			reading->at++;
			skip_number(reading);
		} else {
			if (strchr("INJFXZ", c) != NULL)
				literals &= ~(UINT64_C(1) << ++depth);
			/* St, S_, S0_: what follows is no beginning */
			reading->at += c == 'S' && reading->at[1] != '\0' ? 2 : 1;
			depth -= c == 'E';
		}
		if (!good)
			return false;
	}
	return true;
}

static bool skip_arguments(struct reading *reading)
{
	reading->at++;
	return skip_to_end(reading) && put_text(reading, "<>", 2);
}

/* "6string" of the Itanium C++ ABI: a length in digits, then so many letters. A name that claims
 * more letters than there are is no name; gcc's spelling of the anonymous namespace is put into
 * words. */
static bool take_source_name(struct reading *reading)
{
	size_t len = 0;

	while (*reading->at >= '0' && *reading->at <= '9' && len < CLASSES_NAME_MOST)
		len = len * 10 + (size_t)(*reading->at++ - '0');
	if (len == 0 || strnlen(reading->at, len) < len)
		return false;
	bool anonymous = len >= 10 && strncmp(reading->at, "_GLOBAL__N", 10) == 0;
	bool fits = anonymous ? put_text(reading, "(anonymous)", 11)
			      : put_text(reading, reading->at, len);
	reading->at += len;
	return fits;
}

/* One part of a name, with its arguments. */
static bool take_part(struct reading *reading)
{
	if (reading->len > 0 && !put_text(reading, "::", 2))
		return false;
	if (strncmp(reading->at, "St", 2) == 0) {
		reading->at += 2;
		if (!put_text(reading, "std", 3))
			return false;
		return *reading->at < '0' || *reading->at > '9' || take_part(reading);
	}
	if (!take_source_name(reading))
		return false;
	return *reading->at != 'I' || skip_arguments(reading);
}

/* Several parts between N and E. */
static bool take_parts(struct reading *reading)
{
	reading->at++;
	while (*reading->at != '\0' && *reading->at != 'E')
		if (!take_part(reading))
			return false;
	return *reading->at++ == 'E';
}

/* A class within a function, "Z4mainE5Shape", of a static one "ZL4makevE5Shape"; of several of a
 * name "_0" follows. */
static bool take_local(struct reading *reading)
{
	reading->at += reading->at[1] == 'L' ? 2 : 1;
	if (!(*reading->at == 'N' ? take_parts(reading) : take_part(reading)) ||
		!skip_to_end(reading) || !take_part(reading))
		return false;
	if (*reading->at == '_') {
		reading->at++;
		skip_value(reading);
	}
	return true;
}

/* A name of one part, or of several. */
static bool take_name(struct reading *reading)
{
	if (*reading->at == 'Z')
		return take_local(reading);
	return *reading->at == 'N' ? take_parts(reading) : take_part(reading);
}

/* Where a std::make_shared object and its counts are one chunk, the class is that of the counts,
 * in libstdc++ and in libc++: told is what it is for. */
static bool take_shared(struct reading *reading)
{
	static const char *const counts[] = {
		"St23_Sp_counted_ptr_inplaceI",
		"NSt3__120__shared_ptr_emplaceI",
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		size_t len = strlen(counts[i]);

		if (strncmp(reading->at, counts[i], len) != 0)
			continue;
		struct reading inner = { .at = reading->at + len, .out = reading->out };
		if (!take_name(&inner))
			return false;
		*reading = inner;
		return put_text(reading, " (shared)", 9);
	}
	return false;
}

bool classes_readable(const char *type, char name[CLASSES_NAME_MOST])
{
	struct reading reading = { .at = type, .out = name };

	name[0] = '\0';
	if (take_shared(&reading))
		return true;
	name[0] = '\0';
	if (take_name(&reading) && reading.len > 0 && *reading.at == '\0')
		return true;
	snprintf(name, CLASSES_NAME_MOST, "%s", type);
	return false;
}

/* The type information of the class whose virtual table WORD leads into: its first two words. */
static bool read_info(struct memory *memory, uint64_t word, uint64_t info[2])
{
	uint64_t head[HEAD_WORDS];

	return word % WORD == 0 &&
	       memory_read(memory, word - sizeof(head), head, sizeof(head)) == 0 && head[1] != 0 &&
	       head[1] % WORD == 0 && memory_read(memory, head[1], info, 2 * sizeof(*info)) == 0;
}

/* Whether type information that begins with WORD is a class's. */
static bool is_kind(struct memory *memory, uint64_t word)
{
	char name[CLASSES_NAME_MOST];
	uint64_t info[2];

	if (!read_info(memory, word, info) || !read_name(memory, info[1], name))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(name + (name[0] == '*'), kinds[i]) == 0)
			return true;
	return false;
}

bool classes_name(struct memory *memory, uint64_t word, char name[CLASSES_NAME_MOST])
{
	char type[CLASSES_NAME_MOST];
	uint64_t info[2];

	/* a name that begins with * is compared by its address: of no matter here */
	if (!read_info(memory, word, info) || !is_kind(memory, info[0]) ||
		!read_name(memory, info[1], type))
		return false;
	classes_readable(type[0] == '*' ? type + 1 : type, name);
	return true;
}
