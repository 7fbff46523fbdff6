/* SPDX-License-Identifier: BSD-2-Clause */
#include "dialect.h"

#include <bpf/bpf.h>

struct bcc_c_module *compile_case(const char *name)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	char path[128];

	ck_assert_ptr_nonnull(mod);
	snprintf(path, sizeof(path), "tests/cases/bcc/%s.c", name);
	assert_ok(mod, bcc_c_module__compile_file(mod, path, NULL));
	return mod;
}

struct bcc_c_module *load_case(const char *name)
{
	struct bcc_c_module *mod = compile_case(name);

	assert_ok(mod, bcc_c_module__load(mod));
	return mod;
}

struct bcc_c_module *load_bcc(const char *source)
{
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .dialect = BCC_C_DIALECT_BCC };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_ptr_nonnull(mod);
	assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
	assert_ok(mod, bcc_c_module__load(mod));
	return mod;
}

int run_raw(struct bcc_c_module *mod, const char *prog, uint64_t first, uint64_t second)
{
	uint64_t args[] = { first, second };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));
	int err = bpf_prog_test_run_opts(bcc_c_prog__fd(prog_of(mod, prog)), &opts);

	ck_assert_msg(!err, "running %s: %d", prog, err);
	return (int)opts.retval;
}

int run_packet(int prog_fd, void *packet, uint32_t size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = size,
		    .data_out = packet, .data_size_out = size, .repeat = 1);
	int err = bpf_prog_test_run_opts(prog_fd, &opts);

	ck_assert_msg(!err, "running on a packet: %d", err);
	return (int)opts.retval;
}

static int look_up(struct bcc_c_module *mod, const char *name, uint64_t key, uint64_t *leaf)
{
	struct bcc_c_map *map = map_of(mod, name);

	ck_assert_uint_le(bcc_c_map__key_size(map), sizeof(key));
	ck_assert_uint_le(bcc_c_map__value_size(map), sizeof(*leaf));
	*leaf = 0;
	return bcc_c_map__lookup(map, &key, bcc_c_map__key_size(map), leaf,
				 bcc_c_map__value_size(map));
}

uint64_t leaf_of(struct bcc_c_module *mod, const char *map, uint64_t key)
{
	uint64_t leaf;

	assert_ok(mod, look_up(mod, map, key, &leaf));
	return leaf;
}

bool has_leaf(struct bcc_c_module *mod, const char *map, uint64_t key)
{
	uint64_t leaf;

	return !look_up(mod, map, key, &leaf);
}

void set_leaf(struct bcc_c_module *mod, const char *name, uint64_t key, uint64_t leaf)
{
	struct bcc_c_map *map = map_of(mod, name);

	ck_assert_uint_le(bcc_c_map__key_size(map), sizeof(key));
	ck_assert_uint_le(bcc_c_map__value_size(map), sizeof(leaf));
	assert_ok(mod, bcc_c_map__update(map, &key, bcc_c_map__key_size(map), &leaf,
					 bcc_c_map__value_size(map), 0));
}
