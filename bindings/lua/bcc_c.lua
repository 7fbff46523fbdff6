-- SPDX-License-Identifier: BSD-2-Clause
--
-- Compile BPF programs from C source at run time, load them, attach them, read what they find. For
-- LuaJIT.
--
--     local bcc_c = require("bcc_c")
--     local module = bcc_c.new():compile(source):load()
--     module:attach()
--     local counts = module:map("counts", {key = "uint32_t", value = "uint64_t"})
--     for key, value in counts:pairs() do ... end
--     module:free()
--
-- This module is thin: its objects are the C library's handles, and bcc_c(3) describes what they
-- do. What it adds:
--
-- Errors. A call that fails raises an error. What the library refuses is a table with the fields
-- errno, text (step, object, cause, advice), log (the compiler's or the verifier's whole output)
-- and diagnostics (a list, if a source did not compile); tostring() gives the text. A wrong use of
-- this module itself raises a string. A key that isn't in a map is no error but nil.
--
-- Ownership. A module owns its programs, maps, links and readers, and each of those keeps its
-- module alive. module:free() releases them all at once, and so does the collector when nothing
-- refers to them any more. A program that is attached stays so until then, whether or not its link
-- is kept.
--
-- Threads. A module and what comes from it may be used by one thread, and one Lua state, at a time.

local ffi = require("ffi")
local core = require("bcc_c.core")
local module = require("bcc_c.module")

local lib = core.lib
local TEXT_SIZE = 512

local function compiler()
	local text = ffi.new("char[?]", TEXT_SIZE)
	local result = lib.bcc_c_compiler__describe(text, TEXT_SIZE)
	if result < 0 then
		core.raise(-result, ffi.string(text))
	end
	return ffi.string(text)
end

-- What this kernel and process can do: a table by name of tables with usable (a boolean) and text.
local function features()
	local found = {}
	for feature = 0, tonumber(lib.BCC_C_FEATURE_CNT) - 1 do
		local text = ffi.new("char[?]", TEXT_SIZE)
		local usable = lib.bcc_c_feature__probe(feature, text, TEXT_SIZE) > 0
		local name = ffi.string(lib.bcc_c_feature__name(feature))
		found[name] = {usable = usable, text = ffi.string(text)}
	end
	return found
end

return {
	new = module.new,
	compiler = compiler,
	features = features,
	version = function()
		return ffi.string(lib.bcc_c_version())
	end,
	-- The C library as it is: its constants, such as lib.BCC_C_PERF_SOFTWARE, and all its
	-- functions.
	lib = lib,
}
