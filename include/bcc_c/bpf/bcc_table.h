/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of BCC's dialect, in plain C. BPF_HASH(counts, u32, u64) becomes
 *
 * - a map as libbpf knows it, which the object and the kernel call "counts";
 * - a function for each method that the source uses, such as lookup();
 * - a struct that the source calls "counts", whose members point to these functions.
 *
 * Nothing writes to the struct, which the optimiser sees, and nothing of it is left. What libbpf has
 * no word for is in a tag on the map: "bcc_c:" and what follows, in BTF (lib/table.c reads them).
 */
#ifndef BCC_C_BCC_TABLE_H
#define BCC_C_BCC_TABLE_H

#include <bcc_c/bpf/bcc_method.h>

/* ---- types, by the names that BPF_TABLE() takes; the numbers are the kernel's */

enum {
	BCC_C_TYPE_hash = 1,
	BCC_C_TYPE_array = 2,
	BCC_C_TYPE_prog = 3,
	BCC_C_TYPE_perf_output = 4,
	BCC_C_TYPE_perf_array = 4,
	BCC_C_TYPE_percpu_hash = 5,
	BCC_C_TYPE_percpu_array = 6,
	BCC_C_TYPE_stacktrace = 7,
	BCC_C_TYPE_cgroup_array = 8,
	BCC_C_TYPE_lru_hash = 9,
	BCC_C_TYPE_lru_percpu_hash = 10,
	BCC_C_TYPE_lpm_trie = 11,
	BCC_C_TYPE_array_of_maps = 12,
	BCC_C_TYPE_hash_of_maps = 13,
	BCC_C_TYPE_devmap = 14,
	BCC_C_TYPE_sockmap = 15,
	BCC_C_TYPE_cpumap = 16,
	BCC_C_TYPE_xskmap = 17,
	BCC_C_TYPE_sockhash = 18,
	BCC_C_TYPE_cgroup_storage = 19,
	BCC_C_TYPE_percpu_cgroup_storage = 21,
	BCC_C_TYPE_queue = 22,
	BCC_C_TYPE_stack = 23,
	BCC_C_TYPE_sk_storage = 24,
	BCC_C_TYPE_ringbuf = 27,
	BCC_C_TYPE_inode_storage = 28,
	BCC_C_TYPE_task_storage = 29,
};

#define BCC_C_IS(string, type) !__builtin_strcmp(string, #type) ? BCC_C_TYPE_##type
#define BCC_C_STARTS(string, type)                                                                 \
	!__builtin_strncmp(string, #type "$", sizeof(#type)) ? BCC_C_TYPE_##type

/* A constant; 0 if there is no such type. A table of another module has the type that it has there. */
#define BCC_C_TYPE_NAMED(string, K)                                                                \
	(BCC_C_IS(string, hash)                                                                    \
	 : BCC_C_IS(string, array)                                                                 \
	 : BCC_C_IS(string, prog)                                                                  \
	 : BCC_C_IS(string, perf_output)                                                           \
	 : BCC_C_IS(string, perf_array)                                                            \
	 : BCC_C_IS(string, percpu_hash)                                                           \
	 : BCC_C_IS(string, percpu_array)                                                          \
	 : BCC_C_IS(string, stacktrace)                                                            \
	 : BCC_C_IS(string, cgroup_array)                                                          \
	 : BCC_C_IS(string, lru_hash)                                                              \
	 : BCC_C_IS(string, lru_percpu_hash)                                                       \
	 : BCC_C_IS(string, lpm_trie)                                                              \
	 : BCC_C_IS(string, array_of_maps)                                                         \
	 : BCC_C_IS(string, hash_of_maps)                                                          \
	 : BCC_C_IS(string, devmap)                                                                \
	 : BCC_C_IS(string, sockmap)                                                               \
	 : BCC_C_IS(string, cpumap)                                                                \
	 : BCC_C_IS(string, xskmap)                                                                \
	 : BCC_C_IS(string, sockhash)                                                              \
	 : BCC_C_IS(string, cgroup_storage)                                                        \
	 : BCC_C_IS(string, percpu_cgroup_storage)                                                 \
	 : BCC_C_IS(string, queue)                                                                 \
	 : BCC_C_IS(string, stack)                                                                 \
	 : BCC_C_IS(string, sk_storage)                                                            \
	 : BCC_C_IS(string, ringbuf)                                                               \
	 : BCC_C_IS(string, inode_storage)                                                         \
	 : BCC_C_IS(string, task_storage)                                                          \
	 : BCC_C_STARTS(string, array_of_maps)                                                     \
	 : BCC_C_STARTS(string, hash_of_maps)                                                      \
	 : !__builtin_strcmp(string, "histogram") ? BCC_C_HISTOGRAM_TYPE(K)                        \
	   : !__builtin_strcmp(string, "extern")  ? BCC_C_TYPE_hash                                \
						  : 0)

/* A histogram over plain int is an array, any other a hash. */
#define BCC_C_HISTOGRAM_TYPE(K)                                                                    \
	(__builtin_types_compatible_p(K, int) ? BCC_C_TYPE_array : BCC_C_TYPE_hash)

/* ---- the parts that every table is made of */

/* The type of a table's map, a constant. */
#define BCC_C_TYPE_OF(T) __bcc_c_type_##T

/* The map's name in the object is T itself; that of the struct of methods does not matter. */
#define BCC_C_MAP_START(T, type_)                                                                  \
	enum { BCC_C_TYPE_OF(T) = type_ };                                                         \
	struct {                                                                                   \
		__uint(type, BCC_C_TYPE_OF(T));
#define BCC_C_MAP_END(T, ...)                                                                      \
	}                                                                                          \
	BCC_C_MAP(T) __asm__(#T) __attribute__((section(".maps"), used, ##__VA_ARGS__));

/* A map; what follows are attributes of the variable. */
#define BCC_C_MAKE_MAP(T, type, K, V, size, flags, ...)                                            \
	BCC_C_MAP_START(T, type)                                                                   \
	__type(key, K);                                                                            \
	__type(value, V);                                                                          \
	__uint(max_entries, size);                                                                 \
	__uint(map_flags, flags);                                                                  \
	BCC_C_MAP_END(T, ##__VA_ARGS__)

/* One whose keys or values the kernel doesn't describe. */
#define BCC_C_MAKE_PLAIN_MAP(T, type, key_size_, value_size_, size, flags, ...)                    \
	BCC_C_MAP_START(T, type)                                                                   \
	__uint(key_size, key_size_);                                                               \
	__uint(value_size, value_size_);                                                           \
	__uint(max_entries, size);                                                                 \
	__uint(map_flags, flags);                                                                  \
	BCC_C_MAP_END(T, ##__VA_ARGS__)

#define BCC_C_TAG(...) btf_decl_tag("bcc_c:" __VA_ARGS__)

/* What a method becomes: a function, a member, the member's value. */
#define BCC_C_FUNCTION(T, result, method, params, ...)                                             \
	static inline __attribute__((always_inline, nodebug))                                      \
	result __bcc_c_##T##__##method params                                                      \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}
#define BCC_C_MEMBER(T, result, method, params, ...) result(*method) params;
#define BCC_C_VALUE(T, result, method, params, ...) .method = __bcc_c_##T##__##method,

/* A member that says why it can't be used; the first argument is that text. */
#define BCC_C_MISSING(text, result, method, params, ...)                                           \
	result (*method)() __attribute__((unavailable(text)));

#define BCC_C_NOTHING(...)

/*
 * The struct. has says which methods there are: a list of the groups below, which it hands to the
 * macro that it is given. text is what is said of the other methods.
 */
/* clang-format off */
#define BCC_C_MAKE_METHODS(T, K, V, has, text)                                                     \
	typedef BCC_C_STEP_OF(V) BCC_C_STEP(T);                                                    \
	has(BCC_C_FUNCTION, BCC_C_NOTHING, T, K, V, text)                                          \
	static struct T##_table_t {                                                                \
		has(BCC_C_MEMBER, BCC_C_MISSING, T, K, V, text)                                    \
		BCC_C_KEY_AND_LEAF(K, V)                                                           \
	} T __asm__("__bcc_c_methods_" #T) __attribute__((unused, nodebug)) = {                    \
		has(BCC_C_VALUE, BCC_C_NOTHING, T, K, V, text)                                     \
	};
/* clang-format on */

/* For typeof(table.key) and the like. */
#if defined(BCC_C_USES_leaf) || defined(BCC_C_USES_key)
#define BCC_C_KEY_AND_LEAF(K, V)                                                                   \
	K key;                                                                                     \
	V leaf;
#else
#define BCC_C_KEY_AND_LEAF(K, V)
#endif

/* ---- which methods which tables have */

/*
 * Each column is a group of methods (bcc_method.h): lookup, changes, leaves, stacks, programs, perf
 * buffers, ring buffers, counters, queues, control groups, targets, storage, sockets.
 */
/* clang-format off */
#define BCC_C_KEYED_HAVE(...)           BCC_C_GROUPS(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_STACKS_HAVE(...)          BCC_C_GROUPS(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_PROGRAMS_HAVE(...)        BCC_C_GROUPS(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_PERF_BUFFER_HAVE(...)     BCC_C_GROUPS(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_RING_BUFFER_HAVE(...)     BCC_C_GROUPS(0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_COUNTERS_HAVE(...)        BCC_C_GROUPS(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_QUEUES_HAVE(...)          BCC_C_GROUPS(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_CGROUPS_HAVE(...)         BCC_C_GROUPS(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, __VA_ARGS__)
#define BCC_C_TARGETS_HAVE(...)         BCC_C_GROUPS(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, __VA_ARGS__)
#define BCC_C_XSK_HAVE(...)             BCC_C_GROUPS(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, __VA_ARGS__)
#define BCC_C_STORAGE_HAVE(...)         BCC_C_GROUPS(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, __VA_ARGS__)
#define BCC_C_SOCKETS_HAVE(...)         BCC_C_GROUPS(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, __VA_ARGS__)
#define BCC_C_OF_MAPS_HAVE(...)         BCC_C_GROUPS(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, __VA_ARGS__)
#define BCC_C_ANY_HAVE(...)             BCC_C_GROUPS(1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, __VA_ARGS__)

#define BCC_C_GROUPS(a, b, c, d, e, f, g, h, i, j, k, l, m, ...)                                   \
	BCC_C_GROUP_##a(BCC_C_LOOKUP, __VA_ARGS__)                                                 \
	BCC_C_GROUP_##b(BCC_C_CHANGES, __VA_ARGS__)                                                \
	BCC_C_GROUP_##c(BCC_C_LEAVES, __VA_ARGS__)                                                 \
	BCC_C_GROUP_##d(BCC_C_STACKS, __VA_ARGS__)                                                 \
	BCC_C_GROUP_##e(BCC_C_PROGRAMS, __VA_ARGS__)                                               \
	BCC_C_GROUP_##f(BCC_C_PERF_BUFFER, __VA_ARGS__)                                            \
	BCC_C_GROUP_##g(BCC_C_RING_BUFFER, __VA_ARGS__)                                            \
	BCC_C_GROUP_##h(BCC_C_COUNTERS, __VA_ARGS__)                                               \
	BCC_C_GROUP_##i(BCC_C_QUEUES, __VA_ARGS__)                                                 \
	BCC_C_GROUP_##j(BCC_C_CGROUPS, __VA_ARGS__)                                                \
	BCC_C_GROUP_##k(BCC_C_TARGETS, __VA_ARGS__)                                                \
	BCC_C_GROUP_##l(BCC_C_STORAGE, __VA_ARGS__)                                                \
	BCC_C_GROUP_##m(BCC_C_SOCKETS, __VA_ARGS__)
#define BCC_C_GROUP_1(group, has, lacks, T, K, V, text) group(has, T, K, V)
#define BCC_C_GROUP_0(group, has, lacks, T, K, V, text) group(lacks, text, int, int)
/* clang-format on */

#define BCC_C_SAYS_KEYED                                                                           \
	"lookup, update, insert, delete, lookup_or_try_init, lookup_or_init, increment and atomic_increment"

/* ---- tables with keys */

/* The last argument's place tells how many there are: it is the macro for that many. */
#define BCC_C_FIFTH(_1, _2, _3, _4, macro, ...) macro

#define BCC_C_KEYED_TABLE(macro, T, type, K, V, size, flags, ...)                                  \
	BCC_C_MAKE_MAP(T, type, K, V, size, flags, ##__VA_ARGS__)                                  \
	BCC_C_MAKE_METHODS(T, K, V, BCC_C_KEYED_HAVE, macro " has " BCC_C_SAYS_KEYED)

/* BPF_HASH(name, key = u64, leaf = u64, size = 10240), and likewise the next two */
#define BPF_HASH(...)                                                                              \
	BCC_C_FIFTH(__VA_ARGS__, BCC_C_BPF_HASH_4, BCC_C_BPF_HASH_3, BCC_C_BPF_HASH_2,             \
		    BCC_C_BPF_HASH_1)                                                              \
	(__VA_ARGS__)
#define BCC_C_BPF_HASH_1(T) BCC_C_BPF_HASH_4(T, u64, u64, 10240)
#define BCC_C_BPF_HASH_2(T, K) BCC_C_BPF_HASH_4(T, K, u64, 10240)
#define BCC_C_BPF_HASH_3(T, K, V) BCC_C_BPF_HASH_4(T, K, V, 10240)
#define BCC_C_BPF_HASH_4(T, K, V, size)                                                            \
	BCC_C_KEYED_TABLE("BPF_HASH", T, BCC_C_TYPE_hash, K, V, size, 0)

#define BPF_PERCPU_HASH(...)                                                                       \
	BCC_C_FIFTH(__VA_ARGS__, BCC_C_BPF_PERCPU_HASH_4, BCC_C_BPF_PERCPU_HASH_3,                 \
		    BCC_C_BPF_PERCPU_HASH_2, BCC_C_BPF_PERCPU_HASH_1)                              \
	(__VA_ARGS__)
#define BCC_C_BPF_PERCPU_HASH_1(T) BCC_C_BPF_PERCPU_HASH_4(T, u64, u64, 10240)
#define BCC_C_BPF_PERCPU_HASH_2(T, K) BCC_C_BPF_PERCPU_HASH_4(T, K, u64, 10240)
#define BCC_C_BPF_PERCPU_HASH_3(T, K, V) BCC_C_BPF_PERCPU_HASH_4(T, K, V, 10240)
#define BCC_C_BPF_PERCPU_HASH_4(T, K, V, size)                                                     \
	BCC_C_KEYED_TABLE("BPF_PERCPU_HASH", T, BCC_C_TYPE_percpu_hash, K, V, size, 0)

#define BCC_C_NO_PREALLOC 1
#define BPF_LPM_TRIE(...)                                                                          \
	BCC_C_FIFTH(__VA_ARGS__, BCC_C_BPF_LPM_TRIE_4, BCC_C_BPF_LPM_TRIE_3, BCC_C_BPF_LPM_TRIE_2, \
		    BCC_C_BPF_LPM_TRIE_1)                                                          \
	(__VA_ARGS__)
#define BCC_C_BPF_LPM_TRIE_1(T) BCC_C_BPF_LPM_TRIE_4(T, u64, u64, 10240)
#define BCC_C_BPF_LPM_TRIE_2(T, K) BCC_C_BPF_LPM_TRIE_4(T, K, u64, 10240)
#define BCC_C_BPF_LPM_TRIE_3(T, K, V) BCC_C_BPF_LPM_TRIE_4(T, K, V, 10240)
#define BCC_C_BPF_LPM_TRIE_4(T, K, V, size)                                                        \
	BCC_C_KEYED_TABLE("BPF_LPM_TRIE", T, BCC_C_TYPE_lpm_trie, K, V, size, BCC_C_NO_PREALLOC)

/* BPF_ARRAY(name, leaf = u64, size = 10240), and likewise BPF_PERCPU_ARRAY() */
#define BPF_ARRAY(...)                                                                             \
	BCC_C_FIFTH(__VA_ARGS__, , BCC_C_BPF_ARRAY_3, BCC_C_BPF_ARRAY_2, BCC_C_BPF_ARRAY_1)        \
	(__VA_ARGS__)
#define BCC_C_BPF_ARRAY_1(T) BCC_C_BPF_ARRAY_3(T, u64, 10240)
#define BCC_C_BPF_ARRAY_2(T, V) BCC_C_BPF_ARRAY_3(T, V, 10240)
#define BCC_C_BPF_ARRAY_3(T, V, size)                                                              \
	BCC_C_KEYED_TABLE("BPF_ARRAY", T, BCC_C_TYPE_array, int, V, size, 0)

#define BPF_PERCPU_ARRAY(...)                                                                      \
	BCC_C_FIFTH(__VA_ARGS__, , BCC_C_BPF_PERCPU_ARRAY_3, BCC_C_BPF_PERCPU_ARRAY_2,             \
		    BCC_C_BPF_PERCPU_ARRAY_1)                                                      \
	(__VA_ARGS__)
#define BCC_C_BPF_PERCPU_ARRAY_1(T) BCC_C_BPF_PERCPU_ARRAY_3(T, u64, 10240)
#define BCC_C_BPF_PERCPU_ARRAY_2(T, V) BCC_C_BPF_PERCPU_ARRAY_3(T, V, 10240)
#define BCC_C_BPF_PERCPU_ARRAY_3(T, V, size)                                                       \
	BCC_C_KEYED_TABLE("BPF_PERCPU_ARRAY", T, BCC_C_TYPE_percpu_array, int, V, size, 0)

/* BPF_HISTOGRAM(name, key = int, size = 64) */
#define BPF_HISTOGRAM(...)                                                                         \
	BCC_C_FIFTH(__VA_ARGS__, , BCC_C_HISTOGRAM_3, BCC_C_HISTOGRAM_2, BCC_C_HISTOGRAM_1)        \
	(__VA_ARGS__)
#define BCC_C_HISTOGRAM_1(T) BCC_C_HISTOGRAM_3(T, int, 64)
#define BCC_C_HISTOGRAM_2(T, K) BCC_C_HISTOGRAM_3(T, K, 64)
#define BCC_C_HISTOGRAM_3(T, K, size)                                                              \
	BCC_C_KEYED_TABLE("BPF_HISTOGRAM", T, BCC_C_HISTOGRAM_TYPE(K), K, u64, size, 0)

/* ---- tables by type string */

#define BCC_C_HAS_KEYS(type)                                                                       \
	((type) != BCC_C_TYPE_queue && (type) != BCC_C_TYPE_stack && (type) != BCC_C_TYPE_ringbuf)
#define BCC_C_TABLE(T, type, K, V, size, flags, ...)                                               \
	BCC_C_MAKE_MAP(T, BCC_C_TYPE_NAMED(type, K), K, V, size, flags, ##__VA_ARGS__)             \
	_Static_assert(BCC_C_TYPE_OF(T) != 0, "no table has the type " type);                      \
	_Static_assert(BCC_C_HAS_KEYS(BCC_C_TYPE_OF(T)),                                           \
		       "a " type " has no keys: use BPF_QUEUE, BPF_STACK or BPF_RINGBUF_OUTPUT");  \
	BCC_C_MAKE_METHODS(T, K, V, BCC_C_ANY_HAVE,                                                \
			   "BPF_TABLE has no such method; use the macro of its type, "             \
			   "such as BPF_PERF_OUTPUT or BPF_QUEUE")

#define BPF_F_TABLE(type, K, V, T, size, flags)                                                    \
	BCC_C_TABLE(T, type, K, V, size, flags, BCC_C_TAG("type:" type))
#define BPF_TABLE(type, K, V, T, size) BPF_F_TABLE(type, K, V, T, size, 0)

/* BPF_TABLE_PINNED(type, key, leaf, name, size, path, flags = 0) */
#define BPF_TABLE_PINNED(type, K, V, T, size, ...)                                                 \
	BCC_C_TABLE_PINNED(type, K, V, T, size, __VA_ARGS__, 0, )
#define BCC_C_TABLE_PINNED(type, K, V, T, size, path, flags, ...)                                  \
	BCC_C_TABLE(T, type, K, V, size, flags, BCC_C_TAG("pin:" path))

/*
 * Other modules of the process find these by name, as BPF_TABLE("extern", ...); the shared ones only
 * if they are in the same namespace.
 */
#define BPF_TABLE_PUBLIC(type, K, V, T, size)                                                      \
	BCC_C_TABLE(T, type, K, V, size, 0, BCC_C_TAG("public"))
#define BPF_TABLE_SHARED(type, K, V, T, size)                                                      \
	BCC_C_TABLE(T, type, K, V, size, 0, BCC_C_TAG("shared"))

/* ---- tables of tables; inner is the name of another table, as a string */

#define BCC_C_TABLE_OF_MAPS(macro, T, type, K, inner, size)                                        \
	BCC_C_MAKE_PLAIN_MAP(T, type, sizeof(K), 4, size, 0, BCC_C_TAG("inner:" inner))            \
	BCC_C_MAKE_METHODS(T, K, int, BCC_C_OF_MAPS_HAVE, macro " has lookup alone in a program")

#define BPF_ARRAY_OF_MAPS(T, inner, size)                                                          \
	BCC_C_TABLE_OF_MAPS("BPF_ARRAY_OF_MAPS", T, BCC_C_TYPE_array_of_maps, int, inner, size)
/* BPF_HASH_OF_MAPS(name, key = int, inner, size = 10240) */
#define BPF_HASH_OF_MAPS(...)                                                                      \
	BCC_C_FIFTH(__VA_ARGS__, BCC_C_HASH_OF_MAPS_4, BCC_C_HASH_OF_MAPS_3,                       \
		    BCC_C_HASH_OF_MAPS_2, )                                                        \
	(__VA_ARGS__)
#define BCC_C_HASH_OF_MAPS_2(T, inner) BCC_C_HASH_OF_MAPS_4(T, int, inner, 10240)
#define BCC_C_HASH_OF_MAPS_3(T, K, inner) BCC_C_HASH_OF_MAPS_4(T, K, inner, 10240)
#define BCC_C_HASH_OF_MAPS_4(T, K, inner, size)                                                    \
	BCC_C_TABLE_OF_MAPS("BPF_HASH_OF_MAPS", T, BCC_C_TYPE_hash_of_maps, K, inner, size)

/* ---- what leaves the kernel */

#define BPF_PERF_OUTPUT(T)                                                                         \
	BCC_C_MAKE_PLAIN_MAP(T, BCC_C_TYPE_perf_output, 4, 4, 0, 0)                                \
	BCC_C_MAKE_METHODS(T, int, u32, BCC_C_PERF_BUFFER_HAVE,                                    \
			   "BPF_PERF_OUTPUT has perf_submit and perf_submit_skb")
#define BPF_RINGBUF_OUTPUT(T, pages)                                                               \
	BCC_C_MAKE_PLAIN_MAP(T, BCC_C_TYPE_ringbuf, 0, 0, (pages)*PAGE_SIZE, 0)                    \
	BCC_C_MAKE_METHODS(                                                                        \
		T, int, int, BCC_C_RING_BUFFER_HAVE,                                               \
		"BPF_RINGBUF_OUTPUT has ringbuf_output, ringbuf_reserve, ringbuf_submit, ringbuf_discard and ringbuf_query")

/* ---- stacks of calls, whose number is rounded up to a power of two */

#define BPF_MAX_STACK_DEPTH 127

struct bpf_stacktrace {
	u64 ip[BPF_MAX_STACK_DEPTH];
};

#define BCC_C_POWER_OF_TWO(size)                                                                   \
	((size) < 2 ? 1 : 1U << (32 - __builtin_clz((size) < 2 ? 1 : (size)-1)))
#define BCC_C_STACK_BUILD_ID (1U << 5)
#define BCC_C_STACK_TABLE(macro, T, V, size, flags)                                                \
	BCC_C_MAKE_MAP(T, BCC_C_TYPE_stacktrace, int, V, BCC_C_POWER_OF_TWO(size), flags)          \
	BCC_C_MAKE_METHODS(T, int, V, BCC_C_STACKS_HAVE,                                           \
			   macro " has get_stackid alone in a program")
#define BPF_STACK_TRACE(T, size)                                                                   \
	BCC_C_STACK_TABLE("BPF_STACK_TRACE", T, struct bpf_stacktrace, size, 0)
#define BPF_STACK_TRACE_BUILDID(T, size)                                                           \
	BCC_C_STACK_TABLE("BPF_STACK_TRACE_BUILDID", T, struct bpf_stacktrace_buildid, size,       \
			  BCC_C_STACK_BUILD_ID)
/* The kernel's struct bpf_stack_build_id. */
struct bpf_stacktrace_buildid {
	struct {
		s32 status;
		unsigned char build_id[20];
		union {
			u64 offset;
			u64 ip;
		};
	} trace[BPF_MAX_STACK_DEPTH];
};

/* ---- others */

#define BPF_PROG_ARRAY(T, size)                                                                    \
	BCC_C_MAKE_PLAIN_MAP(T, BCC_C_TYPE_prog, 4, 4, size, 0)                                    \
	BCC_C_MAKE_METHODS(T, u32, u32, BCC_C_PROGRAMS_HAVE,                                       \
			   "BPF_PROG_ARRAY has call alone in a program")
#define BPF_PERF_ARRAY(T, size)                                                                    \
	BCC_C_MAKE_PLAIN_MAP(T, BCC_C_TYPE_perf_output, 4, 4, size, 0)                             \
	BCC_C_MAKE_METHODS(T, int, u32, BCC_C_COUNTERS_HAVE,                                       \
			   "BPF_PERF_ARRAY has perf_read and perf_counter_value")
#define BPF_CGROUP_ARRAY(T, size)                                                                  \
	BCC_C_MAKE_PLAIN_MAP(T, BCC_C_TYPE_cgroup_array, 4, 4, size, 0)                            \
	BCC_C_MAKE_METHODS(T, int, u32, BCC_C_CGROUPS_HAVE,                                        \
			   "BPF_CGROUP_ARRAY has check_current_task alone in a program")

/* BPF_QUEUESTACK(type, name, leaf, size, flags) and BPF_QUEUE(name, leaf, size, flags = 0) */
#define BCC_C_QUEUE_TABLE(T, type, V, size, flags, ...)                                            \
	BCC_C_MAP_START(T, BCC_C_TYPE_NAMED(type, int))                                            \
	__type(value, V);                                                                          \
	__uint(max_entries, size);                                                                 \
	__uint(map_flags, flags);                                                                  \
	BCC_C_MAP_END(T, ##__VA_ARGS__)                                                            \
	_Static_assert(BCC_C_TYPE_OF(T) == BCC_C_TYPE_queue ||                                     \
			       BCC_C_TYPE_OF(T) == BCC_C_TYPE_stack,                               \
		       "a BPF_QUEUESTACK is of type queue or stack");                              \
	BCC_C_MAKE_METHODS(T, int, V, BCC_C_QUEUES_HAVE, "a queue or stack has push, pop and peek")
#define BPF_QUEUESTACK(type, T, V, size, flags) BCC_C_QUEUE_TABLE(T, type, V, size, flags)
#define BPF_QUEUESTACK_PINNED(type, T, V, size, flags, path)                                       \
	BCC_C_QUEUE_TABLE(T, type, V, size, flags, BCC_C_TAG("pin:" path))
#define BPF_QUEUESTACK_PUBLIC(type, T, V, size, flags)                                             \
	BCC_C_QUEUE_TABLE(T, type, V, size, flags, BCC_C_TAG("public"))
#define BPF_QUEUESTACK_SHARED(type, T, V, size, flags)                                             \
	BCC_C_QUEUE_TABLE(T, type, V, size, flags, BCC_C_TAG("shared"))
#define BPF_QUEUE(...)                                                                             \
	BCC_C_FIFTH(__VA_ARGS__, BCC_C_QUEUE_4, BCC_C_QUEUE_3, , )("queue", __VA_ARGS__)
#define BPF_STACK(...)                                                                             \
	BCC_C_FIFTH(__VA_ARGS__, BCC_C_QUEUE_4, BCC_C_QUEUE_3, , )("stack", __VA_ARGS__)
#define BCC_C_QUEUE_3(type, T, V, size) BCC_C_QUEUE_TABLE(T, type, V, size, 0)
#define BCC_C_QUEUE_4(type, T, V, size, flags) BCC_C_QUEUE_TABLE(T, type, V, size, flags)

/* Where XDP programs redirect packets to; the type is a string. */
#define BPF_XDP_REDIRECT_MAP(type, V, T, size)                                                     \
	BCC_C_TARGET_TABLE("BPF_XDP_REDIRECT_MAP", T, BCC_C_TYPE_NAMED(type, int),                 \
			   BCC_C_TARGETS_HAVE, size)                                               \
	_Static_assert(BCC_C_TYPE_OF(T) != 0, "no table has the type " type);

#define BCC_C_TARGET_TABLE(macro, T, type, has, size, ...)                                         \
	BCC_C_MAKE_PLAIN_MAP(T, type, 4, 4, size, 0, ##__VA_ARGS__)                                \
	BCC_C_MAKE_METHODS(T, int, int, has, macro " has redirect_map alone in a program")
#define BPF_DEVMAP(T, size)                                                                        \
	BCC_C_TARGET_TABLE("BPF_DEVMAP", T, BCC_C_TYPE_devmap, BCC_C_TARGETS_HAVE, size)
#define BPF_CPUMAP(T, size)                                                                        \
	BCC_C_TARGET_TABLE("BPF_CPUMAP", T, BCC_C_TYPE_cpumap, BCC_C_TARGETS_HAVE, size)
/* BPF_XSKMAP(name, size, path = none) */
#define BPF_XSKMAP(...) BCC_C_FIFTH(__VA_ARGS__, , BCC_C_XSKMAP_3, BCC_C_XSKMAP_2, )(__VA_ARGS__)
#define BCC_C_XSKMAP_2(T, size)                                                                    \
	BCC_C_TARGET_TABLE("BPF_XSKMAP", T, BCC_C_TYPE_xskmap, BCC_C_XSK_HAVE, size)
#define BCC_C_XSKMAP_3(T, size, path)                                                              \
	BCC_C_TARGET_TABLE("BPF_XSKMAP", T, BCC_C_TYPE_xskmap, BCC_C_XSK_HAVE, size,               \
			   BCC_C_TAG("pin:" path))

/* Storage local to an object of the kernel. */
#define BCC_C_STORAGE_TABLE(macro, T, type, K, V, flags)                                           \
	BCC_C_MAKE_MAP(T, type, K, V, 0, flags)                                                    \
	BCC_C_MAKE_METHODS(T, K, V, BCC_C_STORAGE_HAVE,                                            \
			   macro                                                                   \
			   " has the methods of storage: sk_storage_get, ..., get_local_storage")
#define BPF_SK_STORAGE(T, V)                                                                       \
	BCC_C_STORAGE_TABLE("BPF_SK_STORAGE", T, BCC_C_TYPE_sk_storage, int, V, BCC_C_NO_PREALLOC)
#define BPF_INODE_STORAGE(T, V)                                                                    \
	BCC_C_STORAGE_TABLE("BPF_INODE_STORAGE", T, BCC_C_TYPE_inode_storage, int, V,              \
			    BCC_C_NO_PREALLOC)
#define BPF_TASK_STORAGE(T, V)                                                                     \
	BCC_C_STORAGE_TABLE("BPF_TASK_STORAGE", T, BCC_C_TYPE_task_storage, int, V,                \
			    BCC_C_NO_PREALLOC)
/* The key is the kernel's struct bpf_cgroup_storage_key. */
#define BPF_CGROUP_STORAGE(T, V)                                                                   \
	BCC_C_STORAGE_TABLE("BPF_CGROUP_STORAGE", T, BCC_C_TYPE_cgroup_storage,                    \
			    struct bpf_cgroup_storage_key, V, 0)
#define BPF_PERCPU_CGROUP_STORAGE(T, V)                                                            \
	BCC_C_STORAGE_TABLE("BPF_PERCPU_CGROUP_STORAGE", T, BCC_C_TYPE_percpu_cgroup_storage,      \
			    struct bpf_cgroup_storage_key, V, 0)

/* Sockets. BPF_SOCKHASH(name, key = u32, size = 10240) */
#define BCC_C_SOCKET_TABLE(macro, T, type, K, size)                                                \
	BCC_C_MAKE_PLAIN_MAP(T, type, sizeof(K), 4, size, 0)                                       \
	BCC_C_MAKE_METHODS(                                                                        \
		T, K, int, BCC_C_SOCKETS_HAVE,                                                     \
		macro                                                                              \
		" has update, delete, and the methods of sockets: sock_map_update, ..., sk_redirect_hash")
#define BPF_SOCKMAP(T, size) BCC_C_SOCKET_TABLE("BPF_SOCKMAP", T, BCC_C_TYPE_sockmap, u32, size)
#define BPF_SOCKHASH(...)                                                                          \
	BCC_C_FIFTH(__VA_ARGS__, , BCC_C_SOCKHASH_3, BCC_C_SOCKHASH_2, BCC_C_SOCKHASH_1)           \
	(__VA_ARGS__)
#define BCC_C_SOCKHASH_1(T) BCC_C_SOCKHASH_3(T, u32, 10240)
#define BCC_C_SOCKHASH_2(T, K) BCC_C_SOCKHASH_3(T, K, 10240)
#define BCC_C_SOCKHASH_3(T, K, size)                                                               \
	BCC_C_SOCKET_TABLE("BPF_SOCKHASH", T, BCC_C_TYPE_sockhash, K, size)

#endif
