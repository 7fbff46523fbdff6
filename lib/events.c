/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One reader over any number of ring and perf buffers. libbpf reads each; an epoll descriptor of
 * epoll descriptors tells which has something.
 *
 * The kernel says of a perf buffer only once that it has something, to whoever asks first: that may
 * be the caller's own poll(2) on the reader's descriptor. So perf buffers are looked into without
 * asking, and records that a callback left there are told of by a descriptor of our own.
 */
#include <assert.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "internal.h"

#define DEFAULT_PAGES 64
#define MOST_READY 16

static_assert(sizeof(struct bcc_c_events_opts) == 2 * sizeof(void *) + 8,
	      "padding in bcc_c_events_opts");

struct source {
	struct bcc_c_events *ev;
	struct source *next;
	struct bcc_c_map *map;
	bcc_c_event_fn fn;
	bcc_c_lost_fn lost_fn;
	void *ctx;
	struct ring_buffer *ring; /* one of the two */
	struct perf_buffer *perf;
	uint64_t lost;
};

struct bcc_c_events {
	struct bcc_c_module *mod;
	struct bcc_c_events *next;
	struct source *sources;
	int epoll_fd;
	int rest_fd; /* readable while records may be there that nothing else tells of */
	bool rest;
	int cnt;     /* records handed out by the call under way */
	int stopped; /* what a callback returned to end it */
};

struct bcc_c_events *bcc_c_events__new(struct bcc_c_module *mod)
{
	struct epoll_event event = { .events = EPOLLIN }; /* of no source */
	struct bcc_c_events *ev;

	bcc_c__begin(mod);
	if (mod->state != MODULE_LOADED) {
		bcc_c__fail(mod, -EINVAL, "load the module first", "read events: it is not loaded");
		return NULL;
	}
	ev = calloc(1, sizeof(*ev));
	if (!ev) {
		bcc_c__fail(mod, -ENOMEM, NULL, "read events: %m");
		return NULL;
	}
	ev->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	ev->rest_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ev->epoll_fd < 0 || ev->rest_fd < 0 ||
	    epoll_ctl(ev->epoll_fd, EPOLL_CTL_ADD, ev->rest_fd, &event)) {
		bcc_c__fail(mod, -errno, NULL, "read events: %m");
		bcc_c__close_fd(&ev->epoll_fd);
		bcc_c__close_fd(&ev->rest_fd);
		free(ev);
		return NULL;
	}
	ev->mod = mod;
	ev->next = mod->events;
	mod->events = ev;
	return ev;
}

static void free_source(struct source *source)
{
	ring_buffer__free(source->ring);
	perf_buffer__free(source->perf);
	free(source);
}

void bcc_c_events__free(struct bcc_c_events *ev)
{
	int saved = errno;
	struct bcc_c_events **at;

	if (!ev)
		return;
	for (at = &ev->mod->events; *at; at = &(*at)->next) {
		if (*at == ev) {
			*at = ev->next;
			break;
		}
	}
	while (ev->sources) {
		struct source *source = ev->sources;

		ev->sources = source->next;
		free_source(source);
	}
	bcc_c__close_fd(&ev->epoll_fd);
	bcc_c__close_fd(&ev->rest_fd);
	free(ev);
	errno = saved;
}

void bcc_c__free_all_events(struct bcc_c_module *mod)
{
	while (mod->events)
		bcc_c_events__free(mod->events);
}

/* ---- records */

static int hand_out(struct source *source, int cpu, const void *data, size_t size)
{
	int ret;

	/* What libbpf says inside the callback is the callback's affair. */
	bcc_c__capture_libbpf(NULL);
	ret = source->fn(source->ctx, cpu, data, size);
	bcc_c__capture_libbpf(source->ev->mod);
	source->ev->cnt++;
	if (ret < 0)
		source->ev->stopped = ret;
	return ret < 0 ? ret : 0;
}

static int take_ring_record(void *ctx, void *data, size_t size)
{
	return hand_out(ctx, -1, data, size);
}

/* Layouts: perf_event_open(2), PERF_RECORD_SAMPLE with PERF_SAMPLE_RAW, and PERF_RECORD_LOST. */
static enum bpf_perf_event_ret take_perf_record(void *ctx, int cpu,
						struct perf_event_header *header)
{
	const char *body = (const char *)(header + 1);
	struct source *source = ctx;
	uint32_t size;
	uint64_t lost;

	if (header->type == PERF_RECORD_SAMPLE && header->size >= sizeof(*header) + sizeof(size)) {
		memcpy(&size, body, sizeof(size));
		if (size > header->size - sizeof(*header) - sizeof(size))
			return LIBBPF_PERF_EVENT_CONT;
		return hand_out(source, cpu, body + sizeof(size), size) ? LIBBPF_PERF_EVENT_ERROR
									: LIBBPF_PERF_EVENT_CONT;
	}
	if (header->type == PERF_RECORD_LOST &&
	    header->size >= sizeof(*header) + 2 * sizeof(lost)) {
		memcpy(&lost, body + sizeof(uint64_t), sizeof(lost));
		source->lost += lost;
		if (source->lost_fn)
			source->lost_fn(source->ctx, cpu, lost);
	}
	return LIBBPF_PERF_EVENT_CONT;
}

/* ---- sources */

static int open_perf(struct source *source, uint32_t pages)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.wakeup_events = 1,
	};

	source->perf = perf_buffer__new_raw(bpf_map__fd(source->map->map), pages, &attr,
					    take_perf_record, source, NULL);
	return source->perf ? perf_buffer__epoll_fd(source->perf) : -errno;
}

static int open_ring(struct source *source)
{
	source->ring = ring_buffer__new(bpf_map__fd(source->map->map), take_ring_record, source,
					NULL);
	return source->ring ? ring_buffer__epoll_fd(source->ring) : -errno;
}

static int open_source(struct source *source, uint32_t pages)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = source };
	bool ring = bpf_map__type(source->map->map) == BPF_MAP_TYPE_RINGBUF;
	int fd;

	bcc_c__capture_libbpf(source->ev->mod);
	fd = ring ? open_ring(source) : open_perf(source, pages);
	bcc_c__capture_libbpf(NULL);
	if (fd < 0)
		return fd;
	return epoll_ctl(source->ev->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int check_map(struct bcc_c_events *ev, struct bcc_c_map *map)
{
	enum bpf_map_type type = bpf_map__type(map->map);

	if (map->mod != ev->mod)
		return bcc_c__fail(ev->mod, -EINVAL, NULL,
				   "read events of map '%s': it is another module's",
				   bcc_c_map__name(map));
	if (type != BPF_MAP_TYPE_RINGBUF && type != BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		return bcc_c__fail(
			ev->mod, -EINVAL, NULL,
			"read events of map '%s': it is of type %s, neither a ring nor a perf buffer",
			bcc_c_map__name(map), bcc_c_map__type_name(map));
	for (struct source *source = ev->sources; source; source = source->next)
		if (source->map == map)
			return bcc_c__fail(ev->mod, -EINVAL, NULL,
					   "read events of map '%s': it was added before",
					   bcc_c_map__name(map));
	return 0;
}

int bcc_c_events__add(struct bcc_c_events *ev, struct bcc_c_map *map, bcc_c_event_fn fn, void *ctx,
		      const struct bcc_c_events_opts *opts)
{
	struct bcc_c_events_opts copy;
	struct source *source;
	int err;

	bcc_c__begin(ev->mod);
	if (!map || !fn || bcc_c__copy_opts(&copy, sizeof(copy), opts) || copy.reserved ||
	    copy.pages & (copy.pages - 1))
		return bcc_c__fail(ev->mod, -EINVAL, NULL, "read events: bad %s",
				   !map  ? "map"
				   : !fn ? "function"
					 : "options");
	err = check_map(ev, map);
	if (err)
		return err;
	source = calloc(1, sizeof(*source));
	if (!source)
		return bcc_c__fail(ev->mod, -ENOMEM, NULL, "read events: %m");
	*source =
		(struct source){ .ev = ev, .map = map, .fn = fn, .lost_fn = copy.lost, .ctx = ctx };
	err = open_source(source, copy.pages ? copy.pages : DEFAULT_PAGES);
	if (err) {
		free_source(source);
		return bcc_c__fail(ev->mod, err, err == -EPERM ? bcc_c__missing_rights() : NULL,
				   "read events of map '%s': %m", bcc_c_map__name(map));
	}
	source->next = ev->sources;
	ev->sources = source;
	return 0;
}

/* ---- reading */

static int consume(struct source *source)
{
	int ret;

	bcc_c__capture_libbpf(source->ev->mod);
	ret = source->ring ? ring_buffer__consume(source->ring)
			   : perf_buffer__consume(source->perf);
	bcc_c__capture_libbpf(NULL);
	if (source->ev->stopped)
		return source->ev->stopped;
	return ret < 0 ? bcc_c__fail(source->ev->mod, ret, NULL, "read events of map '%s': %m",
				     bcc_c_map__name(source->map))
		       : 0;
}

static void tell_of_rest(struct bcc_c_events *ev, bool rest)
{
	eventfd_t value;

	if (ev->rest == rest)
		return;
	if (rest)
		eventfd_write(ev->rest_fd, 1);
	else
		eventfd_read(ev->rest_fd, &value);
	ev->rest = rest;
}

static void begin(struct bcc_c_events *ev)
{
	bcc_c__begin(ev->mod);
	tell_of_rest(ev, false);
	ev->cnt = 0;
	ev->stopped = 0;
}

static int end(struct bcc_c_events *ev, int err)
{
	tell_of_rest(ev, ev->stopped < 0);
	return err ? err : ev->cnt;
}

static int consume_all(struct bcc_c_events *ev, bool rings)
{
	int err = 0;

	for (struct source *source = ev->sources; source && !err; source = source->next)
		if (rings || source->perf)
			err = consume(source);
	return err;
}

static int wait_and_consume(struct bcc_c_events *ev, int timeout_ms)
{
	struct epoll_event ready[MOST_READY];
	int cnt = epoll_wait(ev->epoll_fd, ready, MOST_READY, timeout_ms), err = 0;

	if (cnt < 0)
		return bcc_c__fail(ev->mod, -errno, NULL, "wait for events: %m");
	for (int i = 0; i < cnt && !err; i++)
		err = ready[i].data.ptr ? consume(ready[i].data.ptr) : 0;
	return err;
}

int bcc_c_events__poll(struct bcc_c_events *ev, int timeout_ms)
{
	int err;

	begin(ev);
	err = consume_all(ev, false);
	if (!err)
		err = wait_and_consume(ev, ev->cnt ? 0 : timeout_ms);
	return end(ev, err);
}

int bcc_c_events__consume(struct bcc_c_events *ev)
{
	begin(ev);
	return end(ev, consume_all(ev, true));
}

int bcc_c_events__fd(const struct bcc_c_events *ev)
{
	return ev->epoll_fd;
}

uint64_t bcc_c_events__lost(const struct bcc_c_events *ev, const struct bcc_c_map *map)
{
	uint64_t lost = 0;

	for (const struct source *source = ev->sources; source; source = source->next)
		if (!map || source->map == map)
			lost += source->lost;
	return lost;
}
