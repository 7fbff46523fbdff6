-- SPDX-License-Identifier: BSD-2-Clause
--
-- layout.lua EXPECTED: compares size and offsets of the public structs with lines that C wrote:
-- "struct size" and "struct.field offset size".

local ffi = require("ffi")
ffi.cdef(require("bcc_c.cdef"))

local wrong = 0
for line in io.lines(arg[1]) do
	local struct, field, offset = line:match("^([%w_]+)%.([%w_]+) (%d+)")
	local whole, size = line:match("^([%w_]+) (%d+)$")
	local found = whole and ffi.sizeof("struct " .. whole)
		or ffi.offsetof("struct " .. struct, field)
	if found ~= tonumber(size or offset) then
		wrong = wrong + 1
		print(line .. ": LuaJIT has " .. tostring(found))
	end
end
os.exit(wrong == 0 and 0 or 1)
