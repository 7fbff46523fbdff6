/* SPDX-License-Identifier: BSD-2-Clause */
#include "near.h"

#include <string.h>

/* No name in use is longer; those that are have no near ones. */
#define LONGEST 128

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * The optimal string alignment distance, row by row: row[j] is the distance of a's first i
 * characters from b's first j.
 */
unsigned int near__distance(const char *a, const char *b, unsigned int limit)
{
	unsigned int rows[3][LONGEST + 1];
	size_t a_len = strlen(a), b_len = strlen(b);
	unsigned int *before = rows[0], *above = rows[1], *row = rows[2];

	if (a_len > LONGEST || b_len > LONGEST || a_len > b_len + limit || b_len > a_len + limit)
		return limit + 1;
	for (size_t j = 0; j <= b_len; j++)
		above[j] = (unsigned int)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned int *free_row = before;
		unsigned int lowest = row[0] = (unsigned int)i;

		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1);
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
			lowest = least(lowest, row[j]);
		}
		if (lowest > limit)
			return limit + 1;
		before = above;
		above = row;
		row = free_row;
	}
	return above[b_len];
}

void near__init(struct near *near, const char *wanted)
{
	size_t len = strlen(wanted);

	*near = (struct near){ .wanted = wanted };
	/* A third may be wrong, but of a long name too little would be left to recognise it. */
	near->limit = least((unsigned int)(len / 3), 4);
}

/* Underscores in front come and go with the kernel's versions: they count as one character. */
static unsigned int name_distance(const char *a, const char *b, unsigned int limit)
{
	size_t a_scores = strspn(a, "_"), b_scores = strspn(b, "_");

	return near__distance(a + a_scores, b + b_scores, limit) + (a_scores != b_scores);
}

void near__offer(struct near *near, const char *keyword, const char *name)
{
	unsigned int limit = near->cnt ? least(near->limit, near->best[0].distance + 1)
				       : near->limit;
	unsigned int distance = name_distance(near->wanted, name, limit);
	size_t at;

	if (distance > limit || !distance)
		return;
	for (size_t i = 0; i < near->cnt; i++)
		if (!strcmp(near->best[i].name, name) && !strcmp(near->best[i].keyword, keyword))
			return;
	for (at = near->cnt; at && near->best[at - 1].distance > distance; at--)
		;
	if (at == NEAR_MOST)
		return;
	if (near->cnt < NEAR_MOST)
		near->cnt++;
	for (size_t i = near->cnt - 1; i > at; i--)
		near->best[i] = near->best[i - 1];
	near->best[at].keyword = keyword;
	near->best[at].name = name;
	near->best[at].distance = distance;
}

void near__write(const struct near *near, struct bcc_c__buf *text)
{
	size_t cnt = near->cnt;

	/* What was near before a nearer one came. */
	while (cnt && near->best[cnt - 1].distance > near->best[0].distance + 1)
		cnt--;
	for (size_t i = 0; i < cnt; i++)
		bcc_c__buf_printf(text, "%s'%s%s'",
				  !i             ? "; did you mean "
				  : i + 1 == cnt ? " or "
						 : ", ",
				  near->best[i].keyword, near->best[i].name);
	if (cnt)
		bcc_c__buf_append(text, "?", 1);
}
