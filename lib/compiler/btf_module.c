/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_module.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "btf_refs.h"

#define MODULE_LIMIT (64u << 20)

/* Reads a file if it is split BTF by its first bytes; devices and pipes are not even opened. */
static int read_split(const char *path, struct bcc_c__buf *data)
{
	autoclose int fd = -1;
	struct btf_header header;
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (pread(fd, &header, sizeof(header), 0) < (ssize_t)sizeof(header.magic) ||
	    header.magic != BTF_MAGIC)
		return -ENOENT;
	return bcc_c__read_fd(fd, MODULE_LIMIT, data);
}

int btf_module__open(struct btf_view *view, const struct btf_view *kernel, const char *path,
		     const char **why)
{
	autobuf data = { 0 };
	int err;

	*why = "";
	err = read_split(path, &data);
	if (!err)
		err = btf_view__from_memory_on(view, kernel, data.data, data.size, why);
	if (err)
		return err;
	take_ptr(data.data);
	/* Split BTF has the empty string from its base: this one stands by itself. */
	if (view->string_size && !view->strings[0]) {
		btf_view__close(view);
		return -ENOENT;
	}
	return 0;
}

/* How far what lies above the kernel's is moved. */
struct move {
	uint32_t first_id;
	uint32_t first_string;
	uint32_t ids;
	uint32_t strings;
};

static uint32_t move_id(void *ctx, uint32_t id)
{
	const struct move *move = ctx;

	return id < move->first_id ? id : id + move->ids;
}

static uint32_t move_string(void *ctx, uint32_t offset)
{
	const struct move *move = ctx;

	return offset < move->first_string ? offset : offset + move->strings;
}

void btf_module__move(struct btf_view *view, const struct btf_view *base)
{
	uint32_t first_string = base->first_string + base->string_size;
	struct move move = {
		.first_id = view->first_id,
		.first_string = view->first_string,
		.ids = base->type_cnt - view->first_id,
		.strings = first_string - view->first_string,
	};
	const struct btf_refs refs = { .id = move_id, .name = move_string, .ctx = &move };

	for (uint32_t id = view->first_id; id < view->type_cnt; id++)
		btf_refs__replace((struct btf_type *)btf_view__type(view, id), &refs);
	view->base = base;
	view->first_id = base->type_cnt;
	view->type_cnt += move.ids;
	view->first_string = first_string;
}
