/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The methods of tables in BCC's dialect, one macro each:
 *
 *	BCC_C_NAME(M, T, K, V) is M(T, result, name, (parameters), body)
 *
 * with T the table, K and V the types of its keys and leaves. M makes of it a function, a member of
 * the table's struct or its value (bcc_table.h). A method that the source does not name is nothing.
 */
#ifndef BCC_C_BCC_METHOD_H
#define BCC_C_BCC_METHOD_H

/* The map itself; the plain name is that of the struct of methods. */
#define BCC_C_MAP(T) __bcc_c_map_##T

/* Flags of the kernel's bpf_map_update_elem() and bpf_perf_event_output(). */
#define BCC_C_ANY 0
#define BCC_C_NOEXIST 1
#define BCC_C_CURRENT_CPU 0xffffffffULL
#define CUR_CPU_IDENTIFIER BCC_C_CURRENT_CPU

/* ---- tables with keys */

#ifdef BCC_C_USES_lookup
#define BCC_C_LOOKUP(M, T, K, V)                                                                   \
	M(T, V *, lookup, (K * key), return bpf_map_lookup_elem(&BCC_C_MAP(T), key);)
#else
#define BCC_C_LOOKUP(M, T, K, V)
#endif

#ifdef BCC_C_USES_update
#define BCC_C_UPDATE(M, T, K, V)                                                                   \
	M(T, int, update, (K * key, V * leaf),                                                     \
	  return bpf_map_update_elem(&BCC_C_MAP(T), key, leaf, BCC_C_ANY);)
#else
#define BCC_C_UPDATE(M, T, K, V)
#endif

#ifdef BCC_C_USES_insert
#define BCC_C_INSERT(M, T, K, V)                                                                   \
	M(T, int, insert, (K * key, V * leaf),                                                     \
	  return bpf_map_update_elem(&BCC_C_MAP(T), key, leaf, BCC_C_NOEXIST);)
#else
#define BCC_C_INSERT(M, T, K, V)
#endif

#ifdef BCC_C_USES_delete
#define BCC_C_DELETE(M, T, K, V)                                                                   \
	M(T, int, delete, (K * key), return bpf_map_delete_elem(&BCC_C_MAP(T), key);)
#else
#define BCC_C_DELETE(M, T, K, V)
#endif

/* The leaf, made from the one given if there was none; NULL if there is no room. */
#define BCC_C_FIND_OR_MAKE(T, V, key, leaf)                                                        \
	V *found = bpf_map_lookup_elem(&BCC_C_MAP(T), key);                                        \
	if (found)                                                                                 \
		return found;                                                                      \
	bpf_map_update_elem(&BCC_C_MAP(T), key, leaf, BCC_C_NOEXIST);                              \
	return bpf_map_lookup_elem(&BCC_C_MAP(T), key);

#ifdef BCC_C_USES_lookup_or_try_init
#define BCC_C_LOOKUP_OR_TRY_INIT(M, T, K, V)                                                       \
	M(T, V *, lookup_or_try_init, (K * key, V * leaf), BCC_C_FIND_OR_MAKE(T, V, key, leaf))
#else
#define BCC_C_LOOKUP_OR_TRY_INIT(M, T, K, V)
#endif

/* Where this gives NULL the compiler has the calling function return 0. */
#ifdef BCC_C_USES_lookup_or_init
#define BCC_C_LOOKUP_OR_INIT(M, T, K, V)                                                           \
	M(T, V *, lookup_or_init, (K * key, V * leaf), BCC_C_FIND_OR_MAKE(T, V, key, leaf))
#else
#define BCC_C_LOOKUP_OR_INIT(M, T, K, V)
#endif

/*
 * Increments by any integer. A leaf of another size than these can't be incremented; such tables
 * have the method all the same, as a source may use it of others, but nothing to hand to it.
 */
struct leaf_is_no_integer {
	unsigned long long none[2];
};
#define BCC_C_INTEGER_LIKE(V)                                                                      \
	__typeof__(__builtin_choose_expr(                                                          \
		sizeof(V) == 8, 0ULL,                                                              \
		__builtin_choose_expr(                                                             \
			sizeof(V) == 4, 0U,                                                        \
			__builtin_choose_expr(sizeof(V) == 2, (unsigned short)0,                   \
					      __builtin_choose_expr(sizeof(V) == 16,               \
								    (unsigned __int128)0,          \
								    (unsigned char)0)))))
#define BCC_C_STEP_OF(V)                                                                           \
	__typeof__(__builtin_choose_expr(__builtin_classify_type(*(V *)0) < 8,                     \
					 (BCC_C_INTEGER_LIKE(V))0,                                 \
					 (struct leaf_is_no_integer){ { 0 } }))

/* The key of what is incremented by one, or nothing that there is where that can't be. */
#define BCC_C_KEY_TO_STEP(K, V)                                                                    \
	__typeof__(__builtin_choose_expr(__builtin_classify_type(*(V *)0) < 8, *(K *)0,            \
					 (struct leaf_is_no_integer){ { 0 } }))

/* By what a table is incremented. */
#define BCC_C_STEP(T) __bcc_c_step_##T

/* Adds where there is a leaf; a plain hash gets one where there is none, other tables don't. */
#define BCC_C_ADD(T, V, add)                                                                       \
	BCC_C_INTEGER_LIKE(V) *leaf = bpf_map_lookup_elem(&BCC_C_MAP(T), &key), step;              \
	__builtin_memcpy(&step, &by, sizeof(step));                                                \
	if (leaf)                                                                                  \
		add;                                                                               \
	else if (BCC_C_TYPE_OF(T) == BCC_C_TYPE_hash)                                              \
		bpf_map_update_elem(&BCC_C_MAP(T), &key, &step, BCC_C_NOEXIST);
#define BCC_C_ADD_ONE(T, V, add)                                                                   \
	const BCC_C_INTEGER_LIKE(V) by = 1;                                                        \
	BCC_C_ADD(T, V, add)

/*
 * The increment may be left out, so there are two methods: a call with two arguments is one of
 * METHOD__by(). All other calls stay, as they may be of a function of the source's own that has the
 * method's name; of its functions those with two parameters are called METHOD__by, too.
 */
#define BCC_C_METHOD_FOR(_1, _2, _3, _4, _5, _6, _7, method, ...) method
#define BCC_C_ONE_OR_TWO(method, ...)                                                              \
	BCC_C_METHOD_FOR(__VA_ARGS__, method, method, method, method, method, method##__by,        \
			 method, )

#ifdef BCC_C_USES_increment
#define BCC_C_INCREMENT(M, T, K, V)                                                                \
	M(T, void, increment, (BCC_C_KEY_TO_STEP(K, V) key), BCC_C_ADD_ONE(T, V, *leaf += step))   \
	M(T, void, increment__by, (K key, BCC_C_STEP(T) by), BCC_C_ADD(T, V, *leaf += step))
#define increment(...) BCC_C_ONE_OR_TWO(increment, __VA_ARGS__)(__VA_ARGS__)
#else
#define BCC_C_INCREMENT(M, T, K, V)
#endif

#ifdef BCC_C_USES_atomic_increment
#define BCC_C_ATOMIC_INCREMENT(M, T, K, V)                                                         \
	M(T, void, atomic_increment, (BCC_C_KEY_TO_STEP(K, V) key),                                \
	  BCC_C_ADD_ONE(T, V, __sync_fetch_and_add(leaf, step)))                                   \
	M(T, void, atomic_increment__by, (K key, BCC_C_STEP(T) by),                                \
	  BCC_C_ADD(T, V, __sync_fetch_and_add(leaf, step)))
#define atomic_increment(...) BCC_C_ONE_OR_TWO(atomic_increment, __VA_ARGS__)(__VA_ARGS__)
#else
#define BCC_C_ATOMIC_INCREMENT(M, T, K, V)
#endif

/* clang-format off */
#define BCC_C_CHANGES(M, T, K, V)                                                                  \
	BCC_C_UPDATE(M, T, K, V) BCC_C_DELETE(M, T, K, V)
#define BCC_C_LEAVES(M, T, K, V)                                                                   \
	BCC_C_INSERT(M, T, K, V) BCC_C_LOOKUP_OR_TRY_INIT(M, T, K, V)                              \
	BCC_C_LOOKUP_OR_INIT(M, T, K, V) BCC_C_INCREMENT(M, T, K, V)                               \
	BCC_C_ATOMIC_INCREMENT(M, T, K, V)
/* clang-format on */

/* ---- stack traces */

#ifdef BCC_C_USES_get_stackid
#define BCC_C_GET_STACKID(M, T, K, V)                                                              \
	M(T, int, get_stackid, (void *ctx, u64 flags),                                             \
	  return bpf_get_stackid(ctx, &BCC_C_MAP(T), flags);)
#else
#define BCC_C_GET_STACKID(M, T, K, V)
#endif

#define BCC_C_STACKS(M, T, K, V) BCC_C_GET_STACKID(M, T, K, V)

/* ---- programs to jump to */

#ifdef BCC_C_USES_call
#define BCC_C_CALL(M, T, K, V)                                                                     \
	M(T, void, call, (void *ctx, int index), bpf_tail_call(ctx, &BCC_C_MAP(T), index);)
#else
#define BCC_C_CALL(M, T, K, V)
#endif

#define BCC_C_PROGRAMS(M, T, K, V) BCC_C_CALL(M, T, K, V)

/* What the method stands for, by the table's name. */
#define bpf_tail_call_(T, ctx, index) bpf_tail_call(ctx, &BCC_C_MAP(T), index)

/* ---- perf buffers */

#ifdef BCC_C_USES_perf_submit
#define BCC_C_PERF_SUBMIT(M, T, K, V)                                                              \
	M(T, int, perf_submit, (void *ctx, void *data, u32 size),                                  \
	  return bpf_perf_event_output(ctx, &BCC_C_MAP(T), BCC_C_CURRENT_CPU, data, size);)
#else
#define BCC_C_PERF_SUBMIT(M, T, K, V)
#endif

#ifdef BCC_C_USES_perf_submit_skb
#define BCC_C_PERF_SUBMIT_SKB(M, T, K, V)                                                          \
	M(T, int, perf_submit_skb, (void *skb, u32 skb_size, void *data, u32 size),                \
	  return bpf_perf_event_output(skb, &BCC_C_MAP(T),                                         \
				       (u64)skb_size << 32 | BCC_C_CURRENT_CPU, data, size);)
#else
#define BCC_C_PERF_SUBMIT_SKB(M, T, K, V)
#endif

/* clang-format off */
#define BCC_C_PERF_BUFFER(M, T, K, V)                                                              \
	BCC_C_PERF_SUBMIT(M, T, K, V) BCC_C_PERF_SUBMIT_SKB(M, T, K, V)
/* clang-format on */

/* ---- ring buffers */

#ifdef BCC_C_USES_ringbuf_output
#define BCC_C_RINGBUF_OUTPUT(M, T, K, V)                                                           \
	M(T, int, ringbuf_output, (void *data, u64 size, u64 flags),                               \
	  return bpf_ringbuf_output(&BCC_C_MAP(T), data, size, flags);)
#else
#define BCC_C_RINGBUF_OUTPUT(M, T, K, V)
#endif

#ifdef BCC_C_USES_ringbuf_reserve
#define BCC_C_RINGBUF_RESERVE(M, T, K, V)                                                          \
	M(T, void *, ringbuf_reserve, (u64 size),                                                  \
	  return bpf_ringbuf_reserve(&BCC_C_MAP(T), size, 0);)
#else
#define BCC_C_RINGBUF_RESERVE(M, T, K, V)
#endif

#ifdef BCC_C_USES_ringbuf_submit
#define BCC_C_RINGBUF_SUBMIT(M, T, K, V)                                                           \
	M(T, void, ringbuf_submit, (void *data, u64 flags), bpf_ringbuf_submit(data, flags);)
#else
#define BCC_C_RINGBUF_SUBMIT(M, T, K, V)
#endif

#ifdef BCC_C_USES_ringbuf_discard
#define BCC_C_RINGBUF_DISCARD(M, T, K, V)                                                          \
	M(T, void, ringbuf_discard, (void *data, u64 flags), bpf_ringbuf_discard(data, flags);)
#else
#define BCC_C_RINGBUF_DISCARD(M, T, K, V)
#endif

#ifdef BCC_C_USES_ringbuf_query
#define BCC_C_RINGBUF_QUERY(M, T, K, V)                                                            \
	M(T, u64, ringbuf_query, (u64 flags), return bpf_ringbuf_query(&BCC_C_MAP(T), flags);)
#else
#define BCC_C_RINGBUF_QUERY(M, T, K, V)
#endif

/* clang-format off */
#define BCC_C_RING_BUFFER(M, T, K, V)                                                              \
	BCC_C_RINGBUF_OUTPUT(M, T, K, V) BCC_C_RINGBUF_RESERVE(M, T, K, V)                         \
	BCC_C_RINGBUF_SUBMIT(M, T, K, V) BCC_C_RINGBUF_DISCARD(M, T, K, V)                         \
	BCC_C_RINGBUF_QUERY(M, T, K, V)
/* clang-format on */

/* ---- counters of the processor */

#ifdef BCC_C_USES_perf_read
#define BCC_C_PERF_READ(M, T, K, V)                                                                \
	M(T, u64, perf_read, (int cpu), return bpf_perf_event_read(&BCC_C_MAP(T), cpu);)
#else
#define BCC_C_PERF_READ(M, T, K, V)
#endif

#ifdef BCC_C_USES_perf_counter_value
#define BCC_C_PERF_COUNTER_VALUE(M, T, K, V)                                                       \
	M(T, int, perf_counter_value, (int cpu, void *value, u32 size),                            \
	  return bpf_perf_event_read_value(&BCC_C_MAP(T), cpu, value, size);)
#else
#define BCC_C_PERF_COUNTER_VALUE(M, T, K, V)
#endif

/* clang-format off */
#define BCC_C_COUNTERS(M, T, K, V)                                                                 \
	BCC_C_PERF_READ(M, T, K, V) BCC_C_PERF_COUNTER_VALUE(M, T, K, V)
/* clang-format on */

/* ---- queues and stacks */

#ifdef BCC_C_USES_push
#define BCC_C_PUSH(M, T, K, V)                                                                     \
	M(T, int, push, (V * leaf, u64 flags),                                                     \
	  return bpf_map_push_elem(&BCC_C_MAP(T), leaf, flags);)
#else
#define BCC_C_PUSH(M, T, K, V)
#endif

#ifdef BCC_C_USES_pop
#define BCC_C_POP(M, T, K, V)                                                                      \
	M(T, int, pop, (V * leaf), return bpf_map_pop_elem(&BCC_C_MAP(T), leaf);)
#else
#define BCC_C_POP(M, T, K, V)
#endif

#ifdef BCC_C_USES_peek
#define BCC_C_PEEK(M, T, K, V)                                                                     \
	M(T, int, peek, (V * leaf), return bpf_map_peek_elem(&BCC_C_MAP(T), leaf);)
#else
#define BCC_C_PEEK(M, T, K, V)
#endif

/* clang-format off */
#define BCC_C_QUEUES(M, T, K, V)                                                                   \
	BCC_C_PUSH(M, T, K, V) BCC_C_POP(M, T, K, V) BCC_C_PEEK(M, T, K, V)
/* clang-format on */

/* ---- control groups */

#ifdef BCC_C_USES_check_current_task
#define BCC_C_CHECK_CURRENT_TASK(M, T, K, V)                                                       \
	M(T, int, check_current_task, (int index),                                                 \
	  return bpf_current_task_under_cgroup(&BCC_C_MAP(T), index);)
#else
#define BCC_C_CHECK_CURRENT_TASK(M, T, K, V)
#endif

#define BCC_C_CGROUPS(M, T, K, V) BCC_C_CHECK_CURRENT_TASK(M, T, K, V)

/* ---- targets of XDP's redirection */

#ifdef BCC_C_USES_redirect_map
#define BCC_C_REDIRECT_MAP(M, T, K, V)                                                             \
	M(T, int, redirect_map, (int index, int flags),                                            \
	  return bpf_redirect_map(&BCC_C_MAP(T), index, flags);)
#else
#define BCC_C_REDIRECT_MAP(M, T, K, V)
#endif

#define BCC_C_TARGETS(M, T, K, V) BCC_C_REDIRECT_MAP(M, T, K, V)

/* ---- storage local to an object of the kernel */

#ifdef BCC_C_USES_sk_storage_get
#define BCC_C_SK_STORAGE_GET(M, T, K, V)                                                           \
	M(T, V *, sk_storage_get, (void *owner, V *leaf, u64 flags),                               \
	  return bpf_sk_storage_get(&BCC_C_MAP(T), owner, leaf, flags);)
#else
#define BCC_C_SK_STORAGE_GET(M, T, K, V)
#endif

#ifdef BCC_C_USES_sk_storage_delete
#define BCC_C_SK_STORAGE_DELETE(M, T, K, V)                                                        \
	M(T, int, sk_storage_delete, (void *owner),                                                \
	  return bpf_sk_storage_delete(&BCC_C_MAP(T), owner);)
#else
#define BCC_C_SK_STORAGE_DELETE(M, T, K, V)
#endif

#ifdef BCC_C_USES_inode_storage_get
#define BCC_C_INODE_STORAGE_GET(M, T, K, V)                                                        \
	M(T, V *, inode_storage_get, (void *owner, V *leaf, u64 flags),                            \
	  return bpf_inode_storage_get(&BCC_C_MAP(T), owner, leaf, flags);)
#else
#define BCC_C_INODE_STORAGE_GET(M, T, K, V)
#endif

#ifdef BCC_C_USES_inode_storage_delete
#define BCC_C_INODE_STORAGE_DELETE(M, T, K, V)                                                     \
	M(T, int, inode_storage_delete, (void *owner),                                             \
	  return bpf_inode_storage_delete(&BCC_C_MAP(T), owner);)
#else
#define BCC_C_INODE_STORAGE_DELETE(M, T, K, V)
#endif

#ifdef BCC_C_USES_task_storage_get
#define BCC_C_TASK_STORAGE_GET(M, T, K, V)                                                         \
	M(T, V *, task_storage_get, (void *owner, V *leaf, u64 flags),                             \
	  return bpf_task_storage_get(&BCC_C_MAP(T), owner, leaf, flags);)
#else
#define BCC_C_TASK_STORAGE_GET(M, T, K, V)
#endif

#ifdef BCC_C_USES_task_storage_delete
#define BCC_C_TASK_STORAGE_DELETE(M, T, K, V)                                                      \
	M(T, int, task_storage_delete, (void *owner),                                              \
	  return bpf_task_storage_delete(&BCC_C_MAP(T), owner);)
#else
#define BCC_C_TASK_STORAGE_DELETE(M, T, K, V)
#endif

#ifdef BCC_C_USES_get_local_storage
#define BCC_C_GET_LOCAL_STORAGE(M, T, K, V)                                                        \
	M(T, V *, get_local_storage, (u64 flags),                                                  \
	  return bpf_get_local_storage(&BCC_C_MAP(T), flags);)
#else
#define BCC_C_GET_LOCAL_STORAGE(M, T, K, V)
#endif

/* clang-format off */
#define BCC_C_STORAGE(M, T, K, V)                                                                  \
	BCC_C_SK_STORAGE_GET(M, T, K, V) BCC_C_SK_STORAGE_DELETE(M, T, K, V)                       \
	BCC_C_INODE_STORAGE_GET(M, T, K, V) BCC_C_INODE_STORAGE_DELETE(M, T, K, V)                 \
	BCC_C_TASK_STORAGE_GET(M, T, K, V) BCC_C_TASK_STORAGE_DELETE(M, T, K, V)                   \
	BCC_C_GET_LOCAL_STORAGE(M, T, K, V)
/* clang-format on */

/* ---- sockets */

#ifdef BCC_C_USES_sock_map_update
#define BCC_C_SOCK_MAP_UPDATE(M, T, K, V)                                                          \
	M(T, int, sock_map_update, (void *ctx, void *key, u64 flags),                              \
	  return bpf_sock_map_update(ctx, &BCC_C_MAP(T), key, flags);)
#else
#define BCC_C_SOCK_MAP_UPDATE(M, T, K, V)
#endif

#ifdef BCC_C_USES_sock_hash_update
#define BCC_C_SOCK_HASH_UPDATE(M, T, K, V)                                                         \
	M(T, int, sock_hash_update, (void *ctx, void *key, u64 flags),                             \
	  return bpf_sock_hash_update(ctx, &BCC_C_MAP(T), key, flags);)
#else
#define BCC_C_SOCK_HASH_UPDATE(M, T, K, V)
#endif

#ifdef BCC_C_USES_msg_redirect_map
#define BCC_C_MSG_REDIRECT_MAP(M, T, K, V)                                                         \
	M(T, int, msg_redirect_map, (void *msg, u32 key, u64 flags),                               \
	  return bpf_msg_redirect_map(msg, &BCC_C_MAP(T), key, flags);)
#else
#define BCC_C_MSG_REDIRECT_MAP(M, T, K, V)
#endif

#ifdef BCC_C_USES_msg_redirect_hash
#define BCC_C_MSG_REDIRECT_HASH(M, T, K, V)                                                        \
	M(T, int, msg_redirect_hash, (void *msg, void *key, u64 flags),                            \
	  return bpf_msg_redirect_hash(msg, &BCC_C_MAP(T), key, flags);)
#else
#define BCC_C_MSG_REDIRECT_HASH(M, T, K, V)
#endif

#ifdef BCC_C_USES_sk_redirect_map
#define BCC_C_SK_REDIRECT_MAP(M, T, K, V)                                                          \
	M(T, int, sk_redirect_map, (void *skb, u32 key, u64 flags),                                \
	  return bpf_sk_redirect_map(skb, &BCC_C_MAP(T), key, flags);)
#else
#define BCC_C_SK_REDIRECT_MAP(M, T, K, V)
#endif

#ifdef BCC_C_USES_sk_redirect_hash
#define BCC_C_SK_REDIRECT_HASH(M, T, K, V)                                                         \
	M(T, int, sk_redirect_hash, (void *skb, void *key, u64 flags),                             \
	  return bpf_sk_redirect_hash(skb, &BCC_C_MAP(T), key, flags);)
#else
#define BCC_C_SK_REDIRECT_HASH(M, T, K, V)
#endif

/* clang-format off */
#define BCC_C_SOCKETS(M, T, K, V)                                                                  \
	BCC_C_SOCK_MAP_UPDATE(M, T, K, V) BCC_C_SOCK_HASH_UPDATE(M, T, K, V)                       \
	BCC_C_MSG_REDIRECT_MAP(M, T, K, V) BCC_C_MSG_REDIRECT_HASH(M, T, K, V)                     \
	BCC_C_SK_REDIRECT_MAP(M, T, K, V) BCC_C_SK_REDIRECT_HASH(M, T, K, V)
/* clang-format on */

#endif
