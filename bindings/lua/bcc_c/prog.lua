-- SPDX-License-Identifier: BSD-2-Clause
--
-- Programs, and the links that attach them.

local ffi = require("ffi")
local core = require("bcc_c.core")

local lib, cstring, options = core.lib, core.cstring, core.options

local Prog, Link = {}, {}
Prog.__index = Prog
Link.__index = Link

local function new(module, ptr)
	return setmetatable({module = module, ptr = ptr}, Prog)
end

local function attach(self, fn, ...)
	local module = self.module
	local ptr = module:pointer(fn, self.ptr, ...)
	return setmetatable({module = module, ptr = ptr, epoch = module.epoch}, Link)
end

local function text(self, fn)
	return ffi.string((self.module:call(fn, self.ptr)))
end

function Prog:name()
	return text(self, lib.bcc_c_prog__name)
end

function Prog:section()
	return text(self, lib.bcc_c_prog__section)
end

function Prog:type()
	return text(self, lib.bcc_c_prog__type_name)
end

function Prog:insn_cnt()
	return tonumber((self.module:call(lib.bcc_c_prog__insn_cnt, self.ptr)))
end

-- The descriptor of the loaded program, which stays the module's.
function Prog:fd()
	return self.module:check(lib.bcc_c_prog__fd, self.ptr)
end

-- Attaches to what the section names.
function Prog:attach()
	return attach(self, lib.bcc_c_prog__attach)
end

-- opts: offset, retprobe
function Prog:attach_kprobe(func, opts)
	opts = options("bcc_c_kprobe_opts", opts)
	return attach(self, lib.bcc_c_prog__attach_kprobe, cstring(func), opts)
end

-- opts: symbol, offset, pid, retprobe
function Prog:attach_uprobe(binary, opts)
	opts = options("bcc_c_uprobe_opts", opts)
	return attach(self, lib.bcc_c_prog__attach_uprobe, cstring(binary), opts)
end

-- opts: cookie, pid
function Prog:attach_usdt(binary, provider, name, opts)
	opts = options("bcc_c_usdt_opts", opts)
	return attach(self, lib.bcc_c_prog__attach_usdt, cstring(binary), cstring(provider),
		cstring(name), opts)
end

function Prog:attach_tracepoint(category, name)
	return attach(self, lib.bcc_c_prog__attach_tracepoint, cstring(category), cstring(name))
end

function Prog:attach_raw_tracepoint(name)
	return attach(self, lib.bcc_c_prog__attach_raw_tracepoint, cstring(name))
end

-- kind and config: numbers of perf_event_open(2); opts: frequency, period, pid, cpu_plus_1
function Prog:attach_perf_event(kind, config, opts)
	opts = options("bcc_c_perf_event_opts", opts)
	return attach(self, lib.bcc_c_prog__attach_perf_event, kind, config, opts)
end

-- Detaches. Again, or after the module detached all or was freed: nothing.
function Link:free()
	local ptr = self.ptr
	self.ptr = nil
	if ptr and self.epoch == self.module.epoch then
		self.module:call(lib.bcc_c_link__free, ptr)
	end
end

return {new = new}
