/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events: records that programs send through ring buffers (BPF_MAP_TYPE_RINGBUF) and perf buffers
 * (BPF_MAP_TYPE_PERF_EVENT_ARRAY), any number of them behind one reader.
 */
#ifndef BCC_C_EVENTS_H
#define BCC_C_EVENTS_H

#include <bcc_c/map.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bcc_c_events;

/*
 * Receives one record.
 *
 * @ctx: the pointer given with the function
 * @cpu: the CPU it comes from; -1 for ring buffers
 * @data, @size: the record, valid during the call only; perf buffers may add up to 7 bytes behind
 * it
 *
 * Returns 0 to go on; a negative number stops the poll, which returns it. Since 0.1.
 */
typedef int (*bcc_c_event_fn)(void *ctx, int cpu, const void *data, size_t size);

/*
 * Told that a perf buffer lost records because it was full.
 *
 * @ctx: the pointer given with the function
 * @cpu: the CPU they were sent on
 * @count: how many since the last call
 *
 * Since 0.1.
 */
typedef void (*bcc_c_lost_fn)(void *ctx, int cpu, uint64_t count);

/* Options of bcc_c_events__add(). */
struct bcc_c_events_opts {
	size_t sz;
	bcc_c_lost_fn lost; /* perf buffers only; called with the same ctx */
	uint32_t pages;     /* perf buffers only: pages for each CPU, a power of two, default 64 */
	uint32_t reserved;  /* must be zero */
};

/*
 * Makes a reader without sources.
 *
 * @mod: a loaded module, which comes to own the reader
 *
 * Returns a reader, or NULL with ENOMEM or EINVAL. Since 0.1.
 */
BCC_C_API struct bcc_c_events *bcc_c_events__new(struct bcc_c_module *mod);

/*
 * Adds a map to read from.
 *
 * @ev: a reader
 * @map: a ring buffer or perf buffer of the same module
 * @fn: called for each record, in bcc_c_events__poll() and bcc_c_events__consume() only
 * @ctx: handed to fn
 * @opts: options or NULL
 *
 * Returns 0; -EINVAL: not such a map, one added before, or bad options; -EPERM, -ENOMEM. Since 0.1.
 */
BCC_C_API int bcc_c_events__add(struct bcc_c_events *ev, struct bcc_c_map *map, bcc_c_event_fn fn,
				void *ctx, const struct bcc_c_events_opts *opts);

/*
 * Waits for records and hands out those that are there.
 *
 * @ev: a reader
 * @timeout_ms: how long to wait for the first; 0: not at all; -1: for ever
 *
 * Returns the number of records handed out, 0 after the timeout; -EINTR: a signal came; or what a
 * callback returned. Since 0.1.
 */
BCC_C_API int bcc_c_events__poll(struct bcc_c_events *ev, int timeout_ms);

/*
 * Hands out all records that are there, also those that programs sent without waking the reader.
 * Does not wait.
 *
 * @ev: a reader
 *
 * Returns what bcc_c_events__poll() does. Since 0.1.
 */
BCC_C_API int bcc_c_events__consume(struct bcc_c_events *ev);

/*
 * A descriptor that becomes readable when records are there, for the caller's own poll, select or
 * epoll.
 *
 * @ev: a reader
 *
 * Returns a descriptor that stays the reader's. Never fails. Since 0.1.
 */
BCC_C_API int bcc_c_events__fd(const struct bcc_c_events *ev);

/*
 * How many records perf buffers lost because they were full. A ring buffer's losses are known only
 * to the program, as bpf_ringbuf_reserve() or bpf_ringbuf_output() fails, and are not in this
 * number.
 *
 * @ev: a reader
 * @map: count that source alone; NULL: all
 *
 * Returns a count since the source was added. Never fails. Since 0.1.
 */
BCC_C_API uint64_t bcc_c_events__lost(const struct bcc_c_events *ev, const struct bcc_c_map *map);

/*
 * Frees a reader. Its maps stay.
 *
 * @ev: a reader or NULL
 *
 * Keeps errno. Since 0.1.
 */
BCC_C_API void bcc_c_events__free(struct bcc_c_events *ev);

#ifdef __cplusplus
}
#endif

#endif
