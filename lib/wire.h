/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the library and its compiler talk: a request and a reply, each a run of records. Both ends
 * are of one build, so this format may change at any time; WIRE_MAGIC does with it. Whoever reads
 * trusts nothing that it reads.
 */
#ifndef BCC_C__WIRE_H
#define BCC_C__WIRE_H

#include "util.h"

/* The first record's tag, in either direction; its payload is the library's version. */
#define WIRE_MAGIC 0x31636362u

enum wire_tag {
	/* request */
	WIRE_SOURCE = 1, /* the text */
	WIRE_NAME,       /* its file name */
	WIRE_CFLAG,      /* one a flag, in order */
	WIRE_BTF,        /* path of the BTF file with the kernel's types */
	WIRE_LIMITS,     /* struct wire_limits */
	WIRE_KERNEL,     /* the kernel that the object is for alone; none: for others too */
	WIRE_DIALECT,    /* uint32_t of enum bcc_c_dialect; none: told from the source */
	WIRE_DESCRIBE,   /* no payload: don't compile, reply with WIRE_MESSAGE */

	/* reply */
	WIRE_STATUS = 64, /* int32_t: 0 or a negative errno */
	WIRE_MESSAGE,     /* what failed, or the description asked for */
	WIRE_DIAG,        /* struct wire_diag and three strings */
	WIRE_ELF,         /* the object */
	WIRE_DEP,         /* struct wire_dep and a path: a file that the object depends on */
	WIRE_TIMES,       /* how long each step took, as a text for the log */
	WIRE_END,         /* no payload; a reply without it was cut short */
};

/*
 * The section of an object that holds what WIRE_KERNEL said; if the source asks for the number of
 * CPUs, that follows.
 */
#define WIRE_KERNEL_SECTION ".bcc_c.kernel"
#define WIRE_CPUS_FORMAT " for %ld CPUs"

/*
 * The section of variables that say what types a table's records have, and how their names start: a
 * number, '_' and the table's name follow. They are pointers to the types.
 */
#define WIRE_EVENTS_SECTION ".bcc_c.events"
#define WIRE_EVENTS_PREFIX "__bcc_c_event_"

struct wire_limits {
	uint32_t memory_mb;
	uint32_t cpu_s;
};

/* Followed by file, text and source line, each ended by a zero byte. */
struct wire_diag {
	uint32_t severity; /* enum bcc_c_severity */
	uint32_t line;
	uint32_t column;
};

enum wire_dep_kind {
	WIRE_DEP_ABSENT = 1, /* the file must not be there */
	WIRE_DEP_FOLDER,     /* must be there; the rest is zero */
	WIRE_DEP_FILE,       /* must be as it was */
};

/* Followed by the path, ended by a zero byte. */
struct wire_dep {
	uint32_t kind;
	uint32_t unused;
	uint64_t dev;
	uint64_t ino;
	uint64_t size;
	int64_t mtime_ns; /* since 1970 */
	int64_t ctime_ns;
};

/* Appends one record. */
void bcc_c__wire_put(struct bcc_c__buf *buf, uint32_t tag, const void *data, size_t size);

/* Appends one record holding a string with its zero byte. */
void bcc_c__wire_put_str(struct bcc_c__buf *buf, uint32_t tag, const char *str);

/* Appends a WIRE_DIAG. */
void bcc_c__wire_put_diag(struct bcc_c__buf *buf, const struct wire_diag *diag, const char *file,
			  const char *text, const char *source_line);

/* Appends a WIRE_DEP that says how the file is now. */
void bcc_c__wire_put_dep(struct bcc_c__buf *buf, const char *path);

struct wire_reader {
	const char *data;
	size_t size;
	size_t at;
};

struct wire_record {
	uint32_t tag;
	const char *data; /* inside the reader's data; not aligned */
	size_t size;
};

/* Reads the next record. Returns 1, 0 at the end, -EBADMSG if the data is not a run of records. */
int bcc_c__wire_next(struct wire_reader *reader, struct wire_record *record);

/* The string that a record holds, or NULL if it isn't ended by its only zero byte. */
const char *bcc_c__wire_get_str(const struct wire_record *record);

/*
 * Splits a WIRE_DIAG. Its strings point into the record. Returns 0 or -EBADMSG.
 */
int bcc_c__wire_get_diag(const struct wire_record *record, struct wire_diag *diag,
			 const char *strings[3]);

/* Splits a WIRE_DEP. Returns 0 or -EBADMSG. */
int bcc_c__wire_get_dep(const struct wire_record *record, struct wire_dep *dep, const char **path);

/* How a file is now. */
void bcc_c__stat_dep(const char *path, struct wire_dep *dep);

#endif
