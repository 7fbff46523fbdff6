-- SPDX-License-Identifier: BSD-2-Clause
--
-- live.lua PROBE: live tests of the Lua binding with the probe of that path. Prints TAP. Needs
-- root, and the module and the library in their search paths.

local ffi = require("ffi")
local bcc_c = require("bcc_c")

ffi.cdef([[
int getppid(void);
int prctl(int option, const char *name, long, long, long);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);
int sched_getcpu(void);
int getpid(void);
void probe_several(int place, long number);
int sched_setaffinity(int pid, size_t size, const uint8_t *mask);
int sched_getaffinity(int pid, size_t size, uint8_t *mask);
struct pair { uint32_t a; uint64_t b; };
]])

local PROBE, COMM = arg[1], "bccc-lua"
local GETPPID = ({x64 = 110, arm64 = 173})[jit.arch]
local ENOENT, E2BIG, ENOEXEC, EINVAL, EBADMSG = 2, 7, 8, 22, 74
local BROKEN = "/* line 1 */\nint f(void *ctx)\n{\n\treturn no_such_name;\n}\n"
local SMALL = "int f(void *ctx)\n{\n\treturn 0;\n}\n"
local REFUSED = [[
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
SEC("raw_tracepoint/sys_enter") int f(void *ctx) { return *(int *)0x1000; }
char LICENSE[] SEC("license") = "GPL";
]]

local COUNTER = [[
#include "vmlinux.h"
#include <bpf/usdt.bpf.h>
u64 sum;
SEC("usdt") int BPF_USDT(count, long number)
{
	__sync_fetch_and_add(&sum, number + 1000 * bpf_usdt_cookie(ctx));
	return 0;
}
char LICENSE[] SEC("license") = "GPL";
]]

-- Makes a known number of system calls that the probe sees.
local function call(times)
	for _ = 1, times do
		ffi.C.getppid()
	end
end

-- Gives the error that the call must raise.
local function raises(fn, ...)
	local ok, raised = pcall(fn, ...)
	assert(not ok, "nothing was raised")
	return raised
end

local function equal(found, wanted)
	if found ~= wanted then
		error(("%s found, %s wanted"):format(tostring(found), tostring(wanted)), 2)
	end
end

-- Runs a function on one CPU alone.
local function on_one_cpu(fn)
	local before, one = ffi.new("uint8_t[128]"), ffi.new("uint8_t[128]")
	local cpu = ffi.C.sched_getcpu()
	assert(ffi.C.sched_getaffinity(0, 128, before) >= 0)
	one[math.floor(cpu / 8)] = 2 ^ (cpu % 8)
	assert(ffi.C.sched_setaffinity(0, 128, one) == 0)
	fn()
	assert(ffi.C.sched_setaffinity(0, 128, before) == 0)
end

-- Runs a function with a cache of its own.
local function with_cache(fn)
	local before, folder = os.getenv("BCC_C_CACHE"), os.tmpname()
	os.remove(folder)
	ffi.C.setenv("BCC_C_CACHE", folder, 1)
	local ok, raised = pcall(fn)
	ffi.C.unsetenv("BCC_C_CACHE")
	if before then
		ffi.C.setenv("BCC_C_CACHE", before, 1)
	end
	os.execute("rm -r '" .. folder .. "'")
	assert(ok, raised)
end

-- Closes what it opens: files that wait for the collector would count.
local function open_fds()
	local stat = io.open("/proc/self/stat")
	local list = io.popen("ls /proc/" .. stat:read("*n") .. "/fd")
	local _, count = list:read("*a"):gsub("\n", "")
	list:close()
	stat:close()
	return count
end

local elf

-- The probe, compiled once, loaded and attached.
local function loaded(opts)
	elf = elf or bcc_c.new():compile_file(PROBE):elf()
	local module = bcc_c.new(opts):open_elf(elf)
	module:set_global("wanted_comm", COMM .. ("\0"):rep(16 - #COMM))
	module:set_global("wanted_nr", ffi.new("uint64_t[1]", GETPPID))
	module:load()
	module:prog("on_call"):attach()
	return module
end

local tests = {}

function tests.error_has_text_and_diagnostics()
	local raised = raises(function() bcc_c.new():compile(BROKEN, {name = "broken.c"}) end)
	equal(raised.errno, EBADMSG)
	assert(#tostring(raised) > 0 and not tostring(raised):find("\n"))
	assert(raised.log:find("no_such_name"), raised.log)
	local diag = raised.diagnostics[1]
	equal(diag.severity, "error")
	equal(diag.file, "broken.c")
	equal(diag.line, 4)
	equal(diag.column, 9)
	assert(diag.text:find("no_such_name"))
	equal(diag.source_line, "\treturn no_such_name;")
end

function tests.module_takes_another_source_after_an_error()
	local module = bcc_c.new()
	raises(module.compile, module, BROKEN)
	equal(#module:compile_file(PROBE):diagnostics(), 0)
	module:free()
end

function tests.cflags_reach_the_compiler()
	local source = "#ifndef WANTED\n#error no\n#endif\nint f(void *ctx) { return WANTED; }\n"
	raises(function() bcc_c.new():compile(source) end)
	bcc_c.new():compile(source, {cflags = {"-D", "WANTED=1"}}):free()
	local flags = {cflags = {"-no-such-flag"}}
	local raised = raises(function() bcc_c.new():compile(source, flags) end)
	equal(raised.errno, EINVAL)
	assert(raised.text:find("-no-such-flag", 1, true), raised.text)
end

-- The cache itself is tested elsewhere; here, that the flags arrive.
function tests.cache_is_off()
	local function used(opts)
		local found = false
		opts.log = function(_, text)
			found = found or text:find("cache entry %x+.bcc used") ~= nil
		end
		bcc_c.new(opts):compile(SMALL):free()
		return found
	end
	with_cache(function()
		equal(used({}), false)
		equal(used({}), true)
		equal(used({cache = false}), false)
	end)
end

function tests.compiler_in_this_process()
	local one = bcc_c.new({cache = false}):compile(SMALL)
	local other = bcc_c.new({cache = false, in_process = true}):compile(SMALL)
	assert(one:elf() == other:elf())
	one:free()
	other:free()
	local opts = {cache = false, in_process = true, compiler = "/none"}
	local raised = raises(function() bcc_c.new(opts):compile(SMALL) end)
	assert(raised.text:find("/none.so", 1, true), raised.text)
end

function tests.portable_object()
	local portable = bcc_c.new():compile(SMALL, {portable = true})
	local other = bcc_c.new():compile(SMALL)
	equal(portable:elf():find(".bcc_c.kernel", 1, true), nil)
	assert(other:elf():find(".bcc_c.kernel", 1, true))
	portable:free()
	other:free()
end

function tests.refused_program_keeps_the_verifiers_log()
	local raised = raises(function() bcc_c.new():compile(REFUSED):load() end)
	assert(raised.errno == 13 or raised.errno == EINVAL, raised.errno)
	assert(#raised.text > 0 and #raised.log > 0)
	equal(#raised.diagnostics, 0)
end

function tests.what_is_not_there_is_named()
	local module = loaded()
	for _, raised in ipairs({
		raises(module.map, module, "no_such_name"),
		raises(module.prog, module, "no_such_name"),
		raises(function() module:prog("by_call"):attach_raw_tracepoint("no_such_name") end),
	}) do
		equal(raised.errno, ENOENT)
		assert(raised.text:find("no_such_name"), raised.text)
	end
	module:free()
	local raised = raises(function() bcc_c.new():open_elf("\127ELF and nothing else") end)
	equal(raised.errno, ENOEXEC)
end

function tests.wrong_arguments_are_refused()
	assert(raises(function() bcc_c.new():compile("int a;\0int b;") end):find("zero byte"))
	assert(raises(bcc_c.new, {no_such_option = 1}):find("no_such_option"))
end

function tests.freed_module_raises()
	local module = loaded()
	local prog, calls, events = module:prog("on_call"), module:map("calls"), module:events()
	local link = module:prog("by_call"):attach_raw_tracepoint("sys_enter")
	events:add("ring", print)
	module:free()
	module:free()
	for _, use in ipairs({
		function() module:load() end,
		function() module:detach() end,
		function() module:log() end,
		function() module:map("calls") end,
		function() module:events() end,
		function() prog:attach() end,
		function() prog:name() end,
		function() calls:get(("x"):rep(16)) end,
		function() calls:pairs() end,
		function() events:poll(0) end,
		function() events:fd() end,
	}) do
		assert(tostring(raises(use)):find("freed"))
	end
	link:free()
	events:free()
end

function tests.parts_keep_the_module_alive()
	local numbers = loaded():map("numbers", {key = "uint32_t", value = "uint32_t"})
	collectgarbage()
	collectgarbage()
	numbers:set(1, 5)
	equal(numbers:get(1), 5)
end

function tests.cycles_leak_no_descriptors()
	local function cycle(collect)
		local module = loaded({log = function() return collect end})
		local events = module:events()
		events:add("ring", function() return module end)
		events:add("perf", print)
		if not collect then
			module:free()
		end
	end
	local before
	for at = 1, 110 do
		cycle(at % 2 == 0)
		if at == 10 or at == 110 then
			collectgarbage()
			collectgarbage()
			before = before or open_fds()
		end
	end
	equal(open_fds(), before)
end

function tests.links_detach()
	local module = loaded()
	module:detach()
	local function seen()
		return tonumber(module:get_global("seen", "uint64_t"))
	end
	local link = module:prog("by_call"):attach_raw_tracepoint("sys_enter")
	call(1)
	link:free()
	link:free()
	call(1)
	equal(seen(), 1000)
	equal(module:attach(), 1)
	link = module:prog("by_call"):attach_raw_tracepoint("sys_enter")
	module:detach()
	link:free()
	call(1)
	equal(seen(), 1000)
	module:free()
end

function tests.static_probes()
	local path = os.getenv("BCC_C_TEST_PROBES")
	local probes = ffi.load(path)
	local module = bcc_c.new():compile(COUNTER):load()
	local prog = module:prog("count")
	local link = prog:attach_usdt(path, "bcc_c_test", "several",
		{pid = ffi.C.getpid(), cookie = 3})
	for place = 0, 2 do
		probes.probe_several(place, 5)
	end
	link:free()
	probes.probe_several(0, 5)
	equal(tonumber(module:get_global("sum", "uint64_t")), 1 + 5 + 3 + 3 * 1000 * 3)
	local raised = raises(prog.attach_usdt, prog, path, "bcc_c_test", "severall")
	equal(raised.errno, ENOENT)
	assert(raised.text:find("'bcc_c_test:several'"), raised.text)
	module:free()
end

function tests.programs_and_maps_are_listed()
	local module, found = loaded(), {}
	for prog in module:progs() do
		found[#found + 1] = prog:name() .. " " .. prog:section() .. " " .. prog:type()
		assert(prog:fd() > 2 and prog:insn_cnt() > 2)
	end
	equal(found[1], "on_call raw_tracepoint/sys_enter raw_tracepoint")
	equal(found[2], "by_call raw_tracepoint raw_tracepoint")
	equal(#found, 2)
	found = {}
	for map in module:maps() do
		found[map:name()] = map:type()
	end
	equal(found.calls, "hash")
	equal(found.ring, "ringbuf")
	module:free()
end

function tests.map_of_bytes()
	local module = loaded()
	local pairs_map = module:map("pairs")
	pairs_map:set("\5\0\0\0", ("\1"):rep(16))
	pairs_map:set(ffi.new("uint32_t[1]", 6), ffi.new("struct pair", {1, 2}))
	equal(pairs_map:get("\5\0\0\0"), ("\1"):rep(16))
	equal(#pairs_map:get("\6\0\0\0"), 16)
	equal(pairs_map:get("\9\0\0\0"), nil)
	equal(raises(pairs_map.get, pairs_map, "\5").errno, EINVAL)
	raises(pairs_map.get, pairs_map, 5)
	module:free()
end

function tests.map_of_types()
	local module = loaded()
	local map, keys = module:map("pairs", {key = "uint32_t", value = "struct pair"}), {}
	for at = 0, 3 do
		map:set(at, {a = at, b = at * 10})
	end
	equal(tonumber(map:get(3).b), 30)
	equal(raises(map.set, map, 4, {}).errno, E2BIG)
	equal(raises(map.set, map, 3, {}, bcc_c.lib.BCC_C_MAP_NOEXIST).errno, 17)
	assert(map:format_value({a = 123, b = 456}):find("456"))
	for key, value in map:pairs() do
		keys[#keys + 1] = key
		equal(tonumber(value.b), key * 10)
		equal(map:delete(key), true)
	end
	equal(#keys, 4)
	equal(map:delete(1), false)
	raises(module.map, module, "pairs", {key = "uint64_t"})
	module:free()
end

function tests.records_have_types()
	local module = bcc_c.new()
	module:compile([[
		struct pair { u32 a, b; };
		BPF_PERF_OUTPUT(sent);
		RAW_TRACEPOINT_PROBE(sys_enter)
		{
			struct pair pair = { 1, 2 };
			return sent.perf_submit(ctx, &pair, sizeof(pair));
		}
	]])
	local sent = module:map("sent")
	equal(sent:record_type(8), "struct pair")
	equal(sent:record_type(4), nil)
	equal(sent:format_record("\1\0\0\0\2\0\0\0"), "{a: 1, b: 2}")
	equal(sent:json_record("\1\0\0\0\2\0\0\0"), '{"a": 1, "b": 2}')
	module:free()
end

function tests.map_per_cpu_and_exact_counts()
	local module = loaded()
	call(1234)
	local map, sum = module:map("percpu", {key = "uint32_t", value = "uint32_t"}), 0
	for _, one in ipairs(map:get(0)) do
		sum = sum + one
	end
	equal(sum, 1234)
	local values = map:get(0)
	values[1] = 77
	map:set(0, values)
	equal(map:get(0)[1], 77)
	local rows = 0
	for comm, count in module:map("calls", {key = "char[16]", value = "uint64_t"}):pairs() do
		equal(comm, COMM)
		equal(tonumber(count), 1234)
		rows = rows + 1
	end
	equal(rows, 1)
	module:free()
end

function tests.events_arrive_in_order()
	local module = loaded()
	local events, ring, perf = module:events(), {}, 0
	events:add("ring", function(cpu, pair)
		equal(cpu, -1)
		ring[#ring + 1] = tonumber(pair.b)
	end, {type = "struct pair"})
	events:add(module:map("perf"), function(cpu, data)
		perf = perf + (#data >= 16 and cpu >= 0 and 1 or 0)
	end)
	call(20)
	collectgarbage()
	while #ring < 20 or perf < 20 do
		assert(events:poll(5000) > 0)
	end
	equal(table.concat(ring, " "), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")
	equal(events:consume(), 0)
	equal(events:lost(), 0)
	module:free()
end

function tests.events_error_ends_the_poll()
	local module = loaded()
	local events = module:events()
	events:add("ring", function() error({reason = "from the callback"}) end)
	call(2)
	equal(raises(events.poll, events, 5000).reason, "from the callback")
	module:free()
end

function tests.events_callback_cant_free_what_runs()
	local module = loaded()
	local events, refused = module:events(), 0
	events:add("ring", function()
		for _, use in ipairs({module.free, events.free, events.poll}) do
			raises(use, use == module.free and module or events)
			refused = refused + 1
		end
	end)
	call(1)
	equal(events:poll(5000), 1)
	equal(refused, 3)
	module:free()
end

function tests.events_lost_are_counted()
	local module = loaded()
	local events, told, got = module:events(), 0, 0
	local function lost(_, count)
		told = told + count
	end
	events:add("perf", function() got = got + 1 end, {pages = 1, lost = lost})
	on_one_cpu(function()
		call(5000)
		repeat until events:poll(100) == 0
		-- The kernel tells of lost records with the CPU's next one that fits.
		call(1)
		repeat until events:poll(100) == 0
	end)
	assert(told > 0 and got > 0)
	equal(told, events:lost())
	equal(told + got, 5001)
	module:free()
end

function tests.kernel_and_compiler()
	assert(bcc_c.version():find("^%d+%.%d+%.%d+$"))
	assert(bcc_c.features().bpf.usable)
	assert(bcc_c.compiler():find("clang"))
end

local names, failed = {}, 0
for name in pairs(tests) do
	names[#names + 1] = name
end
table.sort(names)
ffi.C.prctl(15, COMM, 0, 0, 0) -- PR_SET_NAME
for number, name in ipairs(names) do
	local ok, message = xpcall(tests[name], function(raised)
		return debug.traceback(tostring(raised), 2)
	end)
	print(("%s %d - lua_%s"):format(ok and "ok" or "not ok", number, name))
	if not ok then
		failed = 1
		print("# " .. message:gsub("\n", "\n# "))
	end
	io.flush()
end
print("1.." .. #names)
os.exit(failed)
