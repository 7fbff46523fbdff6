/* SPDX-License-Identifier: BSD-2-Clause */
#include "dialect.h"
#include "static_probes.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <sys/vfs.h>

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

struct bpf_object *open_case(const char *name)
{
	struct bcc_c_module *mod = compile_case(name);
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = name);
	struct bpf_object *object;
	size_t size;
	const void *elf = bcc_c_module__elf(mod, &size);

	ck_assert_ptr_nonnull(elf);
	libbpf_set_print(NULL);
	object = bpf_object__open_mem(elf, size, &opts);
	ck_assert_ptr_nonnull(object);
	bcc_c_module__free(mod);
	return object;
}

void set_type(struct bpf_object *object, const char *prog, enum bpf_prog_type type,
	      enum bpf_attach_type attach)
{
	struct bpf_program *found = bpf_object__find_program_by_name(object, prog);

	ck_assert_msg(found != NULL, "no program %s", prog);
	bpf_program__set_type(found, type);
	bpf_program__set_expected_attach_type(found, attach);
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

int open_cgroup(void)
{
	static const char *const places[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };
	struct statfs fs;

	for (int i = 0; i < 2; i++)
		if (!statfs(places[i], &fs) && fs.f_type == 0x63677270) /* of version 2 */
			return open(places[i], O_RDONLY | O_DIRECTORY);
	return -1;
}

struct bcc_c_link *attach_probe(struct bcc_c_module *mod, const char *prog, const char *name,
				struct bcc_c_usdt_opts opts)
{
	struct bcc_c_link *link;

	opts.sz = sizeof(opts);
	link = bcc_c_prog__attach_usdt(prog_of(mod, prog), own_path(), PROVIDER, name, &opts);
	ck_assert_msg(link != NULL, "%s\n%s", bcc_c_module__errmsg(mod), bcc_c_module__log(mod));
	return link;
}

struct bcc_c_link *attach_own_probe(struct bcc_c_module *mod, const char *prog, const char *name)
{
	return attach_probe(mod, prog, name, (struct bcc_c_usdt_opts){ .pid = getpid() });
}
