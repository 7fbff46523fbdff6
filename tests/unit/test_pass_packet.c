/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of packet headers: instructions and helpers, as few as can be; and what is refused. */
#include <bpf/libbpf.h>

#include "unit_pass.h"

#define FILTER "#include <bcc/proto.h>\nint get(struct __sk_buff *ctx) { u8 *cursor = 0;\n"
#define XDP "#include <bcc/proto.h>\nint get(struct xdp_md *ctx) { u8 *cursor = 0;\n"
#define HEADERS                                                                                    \
	"struct ethernet_t *eth = cursor_advance(cursor, sizeof(*eth));\n"                         \
	"struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));\n"

/* How many instructions load from the packet. */
static size_t packet_loads(struct bcc_c_module *mod)
{
	size_t size, cnt = 0;
	const void *data = bcc_c_module__elf(mod, &size);
	struct bpf_object *object = bpf_object__open_mem(data, size, NULL);
	struct bpf_program *prog = object ? bpf_object__find_program_by_name(object, "get") : NULL;

	ck_assert_msg(prog != NULL, "no program");
	for (size_t i = 0; i < bpf_program__insn_cnt(prog); i++) {
		uint8_t code = bpf_program__insns(prog)[i].code;

		cnt += BPF_CLASS(code) == BPF_LD &&
		       (BPF_MODE(code) == BPF_ABS || BPF_MODE(code) == BPF_IND);
	}
	bpf_object__close(object);
	return cnt;
}

/* The bodies of a program, and how many loads and stores they need. */
static const struct {
	const char *body;
	size_t instructions; /* in a socket filter, or for traffic control */
	size_t loads;        /* by helper, in XDP */
	size_t stores;       /* by helper, in either */
} bodies[] = {
	{ "return 0;", 0, 0, 0 },
	{ "return ip->ttl;", 1, 1, 0 },
	{ "return ip->src;", 1, 1, 0 },
	{ "return ip->ver == 4 ? ip->hlen : 0;", 1, 1, 0 },
	{ "return ip->src == 1 ? ip->src + ip->tlen : 0;", 2, 2, 0 },
	{ "return eth->src == 5;", 2, 1, 0 },
	{ "struct ip6_t *ip6 = (void *)ip; return ip6->src_hi + ip6->src_lo == 1;", 4, 2, 0 },
	{ "for (int i = 0; i < 1; i++) if (ip->ttl == 3 && ip->nextp == 4) return 1; return 0;", 2,
	  2, 0 },
	{ "ip->ttl = 3; return 0;", 0, 0, 1 },
	{ "ip->src = 3; return 0;", 0, 0, 1 },
	{ "ip->ttl--; return 0;", 1, 1, 1 },
	{ "ip->df = 1; return 0;", 1, 1, 1 },
	{ "eth->dst = eth->src; return 0;", 2, 1, 1 },
};

START_TEST(packet_accesses)
{
	char source[1024];

	skip_without_types();
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		struct bcc_c_module *mod;

		snprintf(source, sizeof(source), FILTER HEADERS "%s }", bodies[i].body);
		mod = compiled_bcc(source);
		ck_assert_msg(packet_loads(mod) == bodies[i].instructions, "%s: %zu",
			      bodies[i].body, packet_loads(mod));
		ck_assert_uint_eq(calls_of(mod, "get", BPF_FUNC_skb_load_bytes), 0);
		ck_assert_uint_eq(calls_of(mod, "get", BPF_FUNC_skb_store_bytes), bodies[i].stores);
		bcc_c_module__free(mod);

		snprintf(source, sizeof(source), XDP HEADERS "%s }", bodies[i].body);
		mod = compiled_bcc(source);
		ck_assert_uint_eq(packet_loads(mod), 0);
		ck_assert_msg(calls_of(mod, "get", BPF_FUNC_xdp_load_bytes) == bodies[i].loads,
			      "%s: %zu", bodies[i].body,
			      calls_of(mod, "get", BPF_FUNC_xdp_load_bytes));
		ck_assert_uint_eq(calls_of(mod, "get", BPF_FUNC_xdp_store_bytes), bodies[i].stores);
		bcc_c_module__free(mod);
	}
}
END_TEST

static const struct {
	const char *body;
	const char *section;
} kinds[] = {
	{ "return load_byte(ctx, 1);", "socket" },
	{ "ctx->cb[0] = ctx->len + ctx->mark; return 0;", "socket" },
	{ "struct ip_t *ip = (void *)14; return ip->ttl;", "socket" },
	{ "struct ip_t *ip = (void *)14; ip->ttl = 1; return 0;", "tc" },
	{ "ctx->mark = 1; return 0;", "tc" },
	{ "return ctx->data_end - ctx->data;", "tc" },
	{ "return bpf_clone_redirect(ctx, 1, 0);", "tc" },
	{ "incr_cksum_l3(24, 1, (u16)2); return 0;", "tc" },
};

START_TEST(packet_filter_or_control)
{
	char source[1024];

	skip_without_types();
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct bcc_c_module *mod;

		snprintf(source, sizeof(source), FILTER "%s }", kinds[i].body);
		mod = compiled_bcc(source);
		ck_assert_msg(!strcmp(bcc_c_prog__section(bcc_c_module__find_prog(mod, "get")),
				      kinds[i].section),
			      "%s", kinds[i].body);
		bcc_c_module__free(mod);
	}
}
END_TEST

/* What stands in line 3 or behind, and where the error is. */
static const struct {
	const char *start;
	const char *rest;
	const char *text;
	unsigned int line, column;
} refused[] = {
	{ FILTER HEADERS, "struct ip_t copy = *ip;\nreturn eth->type + copy.ttl; }",
	  "use its fields one by one", 5, 20 },
	{ FILTER HEADERS, "u32 x;\nbpf_skb_load_bytes(ctx, 0, &ip->src, 4); return 0; }",
	  "read the field into a variable", 6, 1 },
	{ FILTER, "struct ip6_opt_t *opt = 0; u8 *pad = opt->pad;\nreturn pad[2]; }",
	  "read the field into a variable", 4, 8 },
	{ FILTER HEADERS,
	  "u32 word[4];\n__builtin_memcpy(word, ip, 16);\nreturn word[ip->ttl & 3]; }",
	  "use its fields one by one", 6, 1 },
	{ FILTER HEADERS, "return *(u32 *)&ip->ver; }", "address of bit-field", 5, 16 },
	{ FILTER, "struct ip_t mine = {}, *ip = &mine;\nip->ttl = 3; return 0; }",
	  "a pointer to a variable", 4, 9 },
	{ XDP, "struct ip_t *ip = (void *)(long)ctx->data;\nreturn ip->ttl; }",
	  "such as struct iphdr", 4, 12 },
	{ XDP HEADERS, "incr_cksum_l3(&ip->hchecksum, 1, (u32)ip->src); return 0; }",
	  "bpf_csum_diff()", 5, 1 },
	{ "#include <bcc/proto.h>\n",
	  "int get(struct pt_regs *ctx)\n{ return ((struct ip_t *)0)->ttl; }",
	  "only a program whose context is", 2, 1 },
};

START_TEST(packet_refused)
{
	char source[1024];

	skip_without_types();
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		snprintf(source, sizeof(source), "%s%s", refused[i].start, refused[i].rest);
		assert_bcc_fails(source, refused[i].text, refused[i].line, refused[i].column);
	}
}
END_TEST

/* A record in memory is an ordinary struct: nothing to relocate, nothing of the stand-ins is left. */
START_TEST(packet_record_in_memory)
{
	struct bcc_c_module *mod;
	const char *elf;
	size_t size;

	skip_without_types();
	mod = compiled_bcc(FILTER "struct udp_t udp = {}; udp.sport = ctx->len;\n"
				  "bpf_skb_load_bytes(ctx, 34, &udp, sizeof(udp));\n"
				  "return udp.sport + udp.dport; }");
	elf = bcc_c_module__elf(mod, &size);
	ck_assert_uint_eq(packet_loads(mod), 0);
	ck_assert_uint_eq(calls_of(mod, "get", BPF_FUNC_skb_load_bytes), 1);
	ck_assert_ptr_null(memmem(elf, size, "__bcc_c_packet_", strlen("__bcc_c_packet_")));
	bcc_c_module__free(mod);
}
END_TEST

SUITE(pass_packet, packet_accesses, packet_filter_or_control, packet_refused,
      packet_record_in_memory)
