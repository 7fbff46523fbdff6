/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_view.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define BTF_FILE_LIMIT (256u << 20)

/* The bytes of a record, and of each of what its vlen counts; 0 for kinds that there are not. */
static const struct {
	uint8_t fixed;
	uint8_t each;
} sizes[BTF_INFO_KIND(UINT32_MAX) + 1] = {
	[BTF_KIND_INT] = { sizeof(struct btf_type) + sizeof(uint32_t) },
	[BTF_KIND_PTR] = { sizeof(struct btf_type) },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_type) + sizeof(struct btf_array) },
	[BTF_KIND_STRUCT] = { sizeof(struct btf_type), sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { sizeof(struct btf_type), sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { sizeof(struct btf_type), sizeof(struct btf_enum) },
	[BTF_KIND_FWD] = { sizeof(struct btf_type) },
	[BTF_KIND_TYPEDEF] = { sizeof(struct btf_type) },
	[BTF_KIND_VOLATILE] = { sizeof(struct btf_type) },
	[BTF_KIND_CONST] = { sizeof(struct btf_type) },
	[BTF_KIND_RESTRICT] = { sizeof(struct btf_type) },
	[BTF_KIND_FUNC] = { sizeof(struct btf_type) },
	[BTF_KIND_FUNC_PROTO] = { sizeof(struct btf_type), sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { sizeof(struct btf_type) + sizeof(struct btf_var) },
	[BTF_KIND_DATASEC] = { sizeof(struct btf_type), sizeof(struct btf_var_secinfo) },
	[BTF_KIND_FLOAT] = { sizeof(struct btf_type) },
	[BTF_KIND_DECL_TAG] = { sizeof(struct btf_type) + sizeof(struct btf_decl_tag) },
	[BTF_KIND_TYPE_TAG] = { sizeof(struct btf_type) },
	[BTF_KIND_ENUM64] = { sizeof(struct btf_type), sizeof(struct btf_enum64) },
};

size_t btf_view__record_size(const struct btf_type *type)
{
	uint32_t kind = btf_view__kind(type);

	return sizes[kind].fixed + (size_t)sizes[kind].each * btf_view__vlen(type);
}

static int bad(const char **why, const char *text)
{
	*why = text;
	return -EBADF;
}

static int find_sections(struct btf_view *view, const char **why)
{
	struct btf_header header;

	if (view->size < sizeof(header))
		return bad(why, "shorter than a BTF header");
	memcpy(&header, view->data, sizeof(header));
	if (header.magic != BTF_MAGIC)
		return bad(why, "no BTF (wrong magic number)");
	if (header.version != BTF_VERSION || header.hdr_len < sizeof(header) ||
	    header.hdr_len > view->size)
		return bad(why, "a BTF version that is not supported");
	if ((uint64_t)header.hdr_len + header.type_off + header.type_len > view->size ||
	    (uint64_t)header.hdr_len + header.str_off + header.str_len > view->size)
		return bad(why, "truncated");
	if ((header.hdr_len + header.type_off) % 4)
		return bad(why, "types are not aligned");
	view->types = view->data + header.hdr_len + header.type_off;
	view->type_size = header.type_len;
	view->strings = view->data + header.hdr_len + header.str_off;
	view->string_size = header.str_len;
	/* Split BTF has the empty string from its base, and maybe none of its own. */
	if (view->base ? header.str_len && view->strings[header.str_len - 1]
		       : !header.str_len || view->strings[0] || view->strings[header.str_len - 1])
		return bad(why, "damaged (strings are not terminated)");
	return 0;
}

/* Whether a source can name types of the kind. */
static inline bool is_nameable(uint32_t kind)
{
	const uint32_t kinds = 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION |
			       1u << BTF_KIND_TYPEDEF | 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64;

	return kinds >> kind & 1;
}

/*
 * One walk, which is what opening the kernel's types takes: what it needs lies in variables of its
 * own, that gcc can keep in registers.
 */
static const char *walk_types(struct btf_view *view)
{
	const uint64_t strings = (uint64_t)view->first_string + view->string_size;
	const char *const types = view->types;
	const size_t end = view->type_size;
	uint32_t *const offsets = view->offsets, *const nameable = view->nameable;
	uint32_t cnt = view->base ? 0 : 1, nameable_cnt = 0;

	for (size_t at = 0, size; at < end; at += size) {
		const struct btf_type *type = (const void *)(types + at);

		if (end - at < sizeof(*type))
			return "damaged (a type is cut short)";
		size = btf_view__record_size(type);
		if (!size)
			return "damaged, or of a newer kernel (unknown kind of type)";
		if (size > end - at)
			return "damaged (a type is cut short)";
		if (type->name_off >= strings)
			return "damaged (a name lies outside)";
		nameable[nameable_cnt] = cnt;
		nameable_cnt += is_nameable(btf_view__kind(type));
		offsets[cnt++] = (uint32_t)at;
	}
	view->type_cnt = view->first_id + cnt;
	view->nameable_cnt = nameable_cnt;
	return NULL;
}

static int index_types(struct btf_view *view, const char **why)
{
	/* No record is smaller than a struct btf_type, so this many ids are enough. */
	size_t most = view->type_size / sizeof(struct btf_type) + 1;
	const char *wrong;

	view->offsets = malloc(2 * most * sizeof(*view->offsets));
	if (!view->offsets)
		return -ENOMEM;
	view->nameable = view->offsets + most;
	wrong = walk_types(view);
	return wrong ? bad(why, wrong) : 0;
}

int btf_view__from_memory_on(struct btf_view *view, const struct btf_view *base, const void *data,
			     size_t size, const char **why)
{
	int err;

	*view = (struct btf_view){ .data = data, .size = size, .base = base };
	if (base) {
		view->first_id = base->type_cnt;
		view->first_string = base->first_string + base->string_size;
	}
	err = find_sections(view, why);
	if (!err && (uint64_t)view->first_string + view->string_size > UINT32_MAX)
		err = bad(why, "too large");
	if (!err)
		err = index_types(view, why);
	if (err) {
		free(view->offsets);
		*view = (struct btf_view){ 0 };
	}
	return err;
}

int btf_view__from_memory(struct btf_view *view, const void *data, size_t size, const char **why)
{
	return btf_view__from_memory_on(view, NULL, data, size, why);
}

/* sysfs can map the kernel's BTF since Linux 6.16; before that it has to be read. */
static int get_bytes(const char *path, void **data, size_t *size, bool *mapped)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	autobuf buf = { 0 };
	struct stat st;
	int err;

	if (fd < 0 || fstat(fd, &st))
		return -errno;
	if (S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= BTF_FILE_LIMIT) {
		*data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd,
			     0);
		if (*data != MAP_FAILED) {
			*size = (size_t)st.st_size;
			*mapped = true;
			return 0;
		}
	}
	err = bcc_c__read_fd(fd, BTF_FILE_LIMIT, &buf);
	if (err)
		return err;
	*size = buf.size;
	*data = take_ptr(buf.data);
	*mapped = false;
	return 0;
}

int btf_view__open(struct btf_view *view, const char *path, const char **why)
{
	bool mapped = false;
	void *data = NULL;
	size_t size = 0;
	int err;

	*why = "";
	err = get_bytes(path, &data, &size, &mapped);
	if (err)
		return err;
	err = btf_view__from_memory(view, data, size, why);
	if (err) {
		view->data = data;
		view->size = size;
	}
	view->mapped = mapped;
	if (err)
		btf_view__close(view);
	return err;
}

void btf_view__close(struct btf_view *view)
{
	free(view->offsets);
	if (view->mapped)
		munmap((void *)view->data, view->size);
	else
		free((void *)view->data);
	*view = (struct btf_view){ 0 };
}
