-- SPDX-License-Identifier: BSD-2-Clause
--
-- Modules: one BPF object on its way from C source to running programs.

local bit = require("bit")
local ffi = require("ffi")
local codec = require("bcc_c.codec")
local core = require("bcc_c.core")
local events = require("bcc_c.events")
local map = require("bcc_c.map")
local prog = require("bcc_c.prog")

local lib, cstring, options = core.lib, core.cstring, core.options
local EBADMSG = 74
local SEVERITIES = {[0] = "note", "warning", "error"}

local Module = {}
Module.__index = Module

-- Makes an empty module. opts.log, function(level, text), receives what the library has to say
-- beyond its errors; it must not use the module. cache = false does without the cache of compiled
-- objects. in_process = true runs the compiler in this process, without limits. Other fields are
-- those of struct bcc_c_module_opts.
local function new(opts)
	local self = setmetatable({depth = 0, epoch = 0}, Module)
	local fields = {}
	for name, value in pairs(opts or {}) do
		fields[name] = value
	end
	fields.flags = bit.bor(fields.flags or 0,
		fields.cache == false and tonumber(lib.BCC_C_NO_CACHE) or 0,
		fields.in_process and tonumber(lib.BCC_C_IN_PROCESS) or 0)
	fields.cache, fields.in_process = nil, nil
	if fields.log then
		local log = fields.log
		self.logger = {module = self, log = function(level, text)
			log(level, ffi.string(text))
		end}
		fields.log = core.callback("bcc_c_log_fn", "log")
		fields.log_ctx = core.listen(self.logger)
	end
	local ptr = lib.bcc_c_module__new(options("bcc_c_module_opts", fields))
	if ptr == nil then
		core.raise(ffi.errno(), "new module: error " .. ffi.errno())
	end
	self.ptr = ffi.gc(ptr, lib.bcc_c_module__free)
	return self
end

-- The way to the library, for this file and those of what the module owns

-- All calls come here, so that none is made with a pointer that was freed, and what callbacks
-- raised comes out.
function Module:call(fn, ...)
	if not self.ptr then
		error("the module was freed", 0)
	end
	self.depth = self.depth + 1
	local ok, result = pcall(fn, ...)
	local errno = ffi.errno()
	self.depth = self.depth - 1
	if self.raised and self.depth == 0 then
		local raised = self.raised[1]
		self.raised = nil
		error(raised, 0)
	end
	if not ok then
		error(result, 0)
	end
	return result, errno
end

-- LuaJIT must not compile a call of a C function that calls back into Lua, and any of them may call
-- the log function.
jit.off(Module.call)

-- Raises the library's last error.
function Module:fail(errno)
	local text = ffi.string(lib.bcc_c_module__errmsg(self.ptr))
	core.raise(errno, text ~= "" and text or "error " .. errno, self:log(),
		errno == EBADMSG and self:diagnostics() or nil)
end

-- A call that returns an int; gives it back unless it is an error.
function Module:check(fn, ...)
	local result = self:call(fn, ...)
	if result < 0 then
		self:fail(-result)
	end
	return result
end

-- The same for a call that returns a pointer.
function Module:pointer(fn, ...)
	local ptr, errno = self:call(fn, ...)
	if ptr == nil then
		self:fail(errno)
	end
	return ptr
end

-- Life cycle

local function compile(self, fn, what, opts)
	local flags = opts and opts.cflags or {}
	for _, flag in ipairs(flags) do
		cstring(flag)
	end
	local fields = {
		name = opts and opts.name,
		cflags = ffi.new("const char *[?]", #flags, flags),
		cflags_cnt = #flags,
		flags = opts and opts.portable and lib.BCC_C_PORTABLE or 0,
	}
	self:check(fn, self.ptr, cstring(what), options("bcc_c_compile_opts", fields))
	return self
end

-- Compiles a source text. opts: cflags, a list of -D, -I and the like; name, of the source in
-- diagnostics; portable = true, make an object for other kernels too, not for the running one alone.
-- A module whose compilation failed may be given another source. Returns the module, as do the
-- others down to load().
function Module:compile(source, opts)
	return compile(self, lib.bcc_c_module__compile, source, opts)
end

function Module:compile_file(path, opts)
	return compile(self, lib.bcc_c_module__compile_file, path, opts)
end

-- Takes the bytes of a ready BPF object.
function Module:open_elf(data)
	self:check(lib.bcc_c_module__open_elf, self.ptr, data, #data)
	return self
end

function Module:open_elf_file(path)
	self:check(lib.bcc_c_module__open_elf_file, self.ptr, cstring(path))
	return self
end

-- Creates the maps and loads the programs into the kernel.
function Module:load()
	self:check(lib.bcc_c_module__load, self.ptr)
	return self
end

-- Attaches every program whose section says where to. Returns the number of links made.
function Module:attach()
	return self:check(lib.bcc_c_module__attach, self.ptr)
end

-- Ends all links. Programs and maps stay loaded.
function Module:detach()
	self:call(lib.bcc_c_module__detach, self.ptr)
	self.epoch = self.epoch + 1
end

-- Releases all that belongs to the module. Again: nothing.
function Module:free()
	if self.depth > 0 then
		error("a module can't be freed while one of its calls runs", 0)
	end
	if self.ptr then
		lib.bcc_c_module__free(ffi.gc(self.ptr, nil))
		self.ptr = nil
		self.epoch = self.epoch + 1
	end
end
jit.off(Module.free)

-- What the module holds

-- The BPF object as an ELF file's bytes, until the module is loaded.
function Module:elf()
	local size = ffi.new("size_t[1]")
	local data = self:pointer(lib.bcc_c_module__elf, self.ptr, size)
	return ffi.string(data, size[0])
end

-- The whole output of the compiler or the verifier behind the last failure.
function Module:log()
	return ffi.string((self:call(lib.bcc_c_module__log, self.ptr)))
end

-- What the compiler said, warnings of a successful compilation included.
function Module:diagnostics()
	local found = {}
	local diag = self:call(lib.bcc_c_module__next_diag, self.ptr, nil)
	while diag ~= nil do
		found[#found + 1] = {
			severity = SEVERITIES[diag.severity] or "error",
			line = diag.line,
			column = diag.column,
			file = ffi.string(diag.file),
			text = ffi.string(diag.text),
			source_line = ffi.string(diag.source_line),
		}
		diag = self:call(lib.bcc_c_module__next_diag, self.ptr, diag)
	end
	return found
end

-- Gives a global variable its value: bytes in a string, or cdata such as ffi.new("int[1]", 5) or a
-- struct.
function Module:set_global(name, value)
	local size = codec.length(value)
	self:check(lib.bcc_c_module__set_global, self.ptr, cstring(name), value, size)
end

-- The value of a global variable of a C type, which is given by name.
function Module:get_global(name, ctype)
	local size = ffi.sizeof(ctype)
	local buffer = ffi.new("char[?]", size)
	self:check(lib.bcc_c_module__get_global, self.ptr, cstring(name), buffer, size)
	return codec.new(ctype, size).decode(buffer)
end

-- An iterator over what next_fn walks.
local function walk(self, next_fn, make)
	local ptr = nil
	return function()
		ptr = self:call(next_fn, self.ptr, ptr)
		return ptr ~= nil and make(self, ptr) or nil
	end
end

function Module:prog(name)
	return prog.new(self, self:pointer(lib.bcc_c_module__find_prog, self.ptr, cstring(name)))
end

function Module:progs()
	return walk(self, lib.bcc_c_module__next_prog, prog.new)
end

-- The map of that name. types.key and types.value name C types; without, keys or values are strings
-- of bytes.
function Module:map(name, types)
	local ptr = self:pointer(lib.bcc_c_module__find_map, self.ptr, cstring(name))
	return map.new(self, ptr, types)
end

function Module:maps()
	return walk(self, lib.bcc_c_module__next_map, map.new)
end

-- A reader of ring and perf buffers, without sources so far.
function Module:events()
	return events.new(self)
end

return {new = new}
