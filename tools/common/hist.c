// SPDX-License-Identifier: BSD-2-Clause
/*
 * Histograms by powers of two, in the form users of BCC know.
 */
#include <inttypes.h>
#include <stdbool.h>

#include "hist.h"

enum { BAR = 40 };

static uint64_t slot_from(size_t slot)
{
	return slot ? UINT64_C(1) << slot : 0;
}

static uint64_t slot_to(size_t slot)
{
	return slot < 63 ? (UINT64_C(2) << slot) - 1 : UINT64_MAX;
}

/* Returns false if all slots are empty. */
static bool find_range(const uint64_t *slots, size_t cnt, size_t *first, size_t *last)
{
	bool found = false;

	for (size_t i = 0; i < cnt; i++) {
		if (!slots[i])
			continue;
		if (!found)
			*first = i;
		*last = i;
		found = true;
	}
	return found;
}

void hist_print(FILE *out, const char *unit, const uint64_t *slots, size_t cnt)
{
	size_t first = 0, last = 0;
	uint64_t most = 0;
	int width;

	if (!find_range(slots, cnt, &first, &last))
		return;
	for (size_t i = first; i <= last; i++)
		most = slots[i] > most ? slots[i] : most;
	width = last < 33 ? 10 : 20;
	fprintf(out, "%*s : count     distribution\n", 2 * width + 4, unit);
	for (size_t i = first; i <= last; i++) {
		int stars = (int)((double)slots[i] / (double)most * BAR);

		fprintf(out, "%*" PRIu64 " -> %-*" PRIu64 " : %-8" PRIu64 " |%-*.*s|\n", width,
			slot_from(i), width, slot_to(i), slots[i], BAR, stars,
			"****************************************");
	}
}

void hist_json(struct json *json, const char *key, const uint64_t *slots, size_t cnt)
{
	json_array(json, key);
	for (size_t i = 0; i < cnt; i++) {
		if (!slots[i])
			continue;
		json_object(json, NULL);
		json_uint(json, "from", slot_from(i));
		json_uint(json, "to", slot_to(i));
		json_uint(json, "count", slots[i]);
		json_end(json);
	}
	json_end(json);
}
