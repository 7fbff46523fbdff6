/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of BCC's dialect that a source pins to a path: the folders above are made, inside a BPF file
 * system alone, and what is there already must be such a table. libbpf does the rest when it loads.
 */
#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "internal.h"

#define FOLDER_FLAGS (O_PATH | O_DIRECTORY | O_CLOEXEC)

/* For the user alone, as the kernel makes the file of the table itself. */
#define FOLDER_MODE 0700

static bool in_bpf_fs(int folder)
{
	struct statfs fs;

	return !fstatfs(folder, &fs) && (uint32_t)fs.f_type == BPF_FS_MAGIC;
}

/* Opens a folder in a folder, and makes it if need be; what was made is no link to elsewhere. */
static int enter(int folder, const char *name)
{
	int fd = openat(folder, name, FOLDER_FLAGS);

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	if (!in_bpf_fs(folder))
		return -ENODEV;
	if (mkdirat(folder, name, FOLDER_MODE) && errno != EEXIST)
		return -errno;
	fd = openat(folder, name, FOLDER_FLAGS | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

/* Returns the folder that the path's last name is in, or a negative errno: up to *end it is there. */
static int open_parent(char *path, const char **end)
{
	int folder = open("/", FOLDER_FLAGS);

	if (folder < 0)
		return -errno;
	for (char *name = path + 1, *slash; (slash = strchr(name, '/')); name = slash + 1) {
		int next = folder;

		*slash = '\0';
		*end = slash;
		if (*name)
			next = enter(folder, name);
		*slash = '/';
		if (next != folder)
			close(folder);
		if (next < 0)
			return next;
		folder = next;
	}
	if (in_bpf_fs(folder))
		return folder;
	close(folder);
	return -ENODEV;
}

static int fail(struct bcc_c_module *mod, const struct bpf_map *map, int err, const char *advice,
		const char *path, const char *why)
{
	return bcc_c__fail(mod, err, advice, "load: pin table '%s' to '%s': %s", bpf_map__name(map),
			   path, why);
}

static int make_folders(struct bcc_c_module *mod, const struct bpf_map *map, const char *path)
{
	autofree char *copy = strdup(path);
	const char *end = copy;
	char why[512];
	int folder;

	if (!copy)
		return fail(mod, map, -ENOMEM, NULL, path, strerror(ENOMEM));
	folder = open_parent(copy, &end);
	if (folder >= 0) {
		close(folder);
		return 0;
	}
	snprintf(why, sizeof(why), "folder '%.*s': %s", (int)(end - copy), copy,
		 folder == -ENODEV ? "it is in no BPF file system" : strerror(-folder));
	return fail(mod, map, folder,
		    folder == -ENODEV
			    ? "tables are pinned below /sys/fs/bpf; if nothing is mounted "
			      "there: mount -t bpf bpf /sys/fs/bpf"
			    : NULL,
		    path, why);
}

/* A file there may be of a program. */
static bool is_map(int fd)
{
	char link[32], target[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return false;
	target[length] = '\0';
	return !strcmp(target, "anon_inode:bpf-map");
}

static int check_present(struct bcc_c_module *mod, const struct bpf_map *map, const char *path)
{
	autoclose int fd = bpf_obj_get(path);
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);
	const char *type;
	char why[256];

	if (fd < 0)
		return errno == ENOENT ? 0 : fail(mod, map, -errno, NULL, path, strerror(errno));
	if (!is_map(fd))
		return fail(mod, map, -EEXIST, "use another path", path,
			    "what is there is no table");
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return fail(mod, map, -errno, NULL, path, strerror(errno));
	if (info.type == bpf_map__type(map) && info.key_size == bpf_map__key_size(map) &&
	    info.value_size == bpf_map__value_size(map))
		return 0;
	type = libbpf_bpf_map_type_str(info.type);
	snprintf(why, sizeof(why),
		 "the table there is another: of type %s, with keys of %u and values of %u bytes",
		 type ? type : "unknown", info.key_size, info.value_size);
	return fail(mod, map, -EEXIST, "remove the file or use another path", path, why);
}

int bcc_c__pin_table(struct bcc_c_module *mod, struct bpf_map *map, const char *path)
{
	size_t length = strlen(path);
	int err;

	if (path[0] != '/' || path[length - 1] == '/')
		return fail(mod, map, -EINVAL, "give the absolute path of a file", path,
			    "it is no such path");
	err = make_folders(mod, map, path);
	if (!err)
		err = check_present(mod, map, path);
	if (err)
		return err;
	err = bpf_map__set_pin_path(map, path);
	return err ? fail(mod, map, err, NULL, path, strerror(-err)) : 0;
}
