-- SPDX-License-Identifier: BSD-2-Clause
--
-- How keys, values, records and global variables go from Lua to bytes and back.
--
-- A codec has encode(value), which returns what can be given to C and its length, and
-- decode(pointer). Without a type values are strings of bytes. With one, given by name ("uint64_t",
-- "char[16]", "struct event"), they are what LuaJIT makes of it: numbers, 64-bit integers as cdata,
-- structs as cdata; char arrays are strings up to their first zero.

local ffi = require("ffi")

-- What a value given by the user takes in memory.
local function length(value)
	if type(value) == "string" then
		return #value
	elseif type(value) == "cdata" then
		return ffi.sizeof(value)
	end
	error("a string or cdata is wanted, not " .. type(value) .. " (or declare a type)", 0)
end

local function raw(size)
	return {
		encode = function(value)
			return value, length(value)
		end,
		decode = function(pointer)
			return ffi.string(pointer, size)
		end,
	}
end

-- "chars", "aggregate" (struct, union, array) or "scalar"
local function kind_of(ctype)
	local name = tostring(ctype)
	if name:find("^ctype<char %[%d+%]>$") then
		return "chars"
	elseif name:find("%]>$") then
		return "aggregate"
	elseif name:find("%*") then
		return "scalar"
	elseif name:find("^ctype<struct ") or name:find("^ctype<union ") then
		return "aggregate"
	end
	return "scalar"
end

local function typed(ctype)
	local kind, size = kind_of(ctype), ffi.sizeof(ctype)
	local box, pointer_type = ffi.typeof("$[1]", ctype), ffi.typeof("const $ *", ctype)
	local codec = {size = size}

	function codec.encode(value)
		if kind == "scalar" then
			return box({value}), size
		end
		if type(value) == "cdata" then
			return value, length(value)
		end
		if kind == "chars" and #value > size then
			error("'" .. value .. "' is longer than " .. size .. " bytes", 0)
		end
		return ffi.new(ctype, value), size
	end

	function codec.decode(pointer)
		if kind == "scalar" then
			return ffi.cast(pointer_type, pointer)[0]
		elseif kind == "chars" then
			return (ffi.string(pointer, size):match("^[^%z]*"))
		end
		-- A copy: a reference would not keep the memory alive.
		local copy = ffi.new(ctype)
		ffi.copy(copy, pointer, size)
		return copy
	end

	return codec
end

-- A codec for memory of that size; ctype may be nil.
local function new(ctype, size)
	if not ctype then
		return raw(size)
	end
	ctype = ffi.typeof(ctype)
	if ffi.sizeof(ctype) ~= size then
		local found = ffi.sizeof(ctype)
		error(("%s has %d bytes, %d are wanted"):format(tostring(ctype), found, size), 0)
	end
	return typed(ctype)
end

-- A codec for a value for each CPU, stride bytes apart: a list, counted from 1 as Lua's are.
local function per_cpu(ctype, size, stride)
	local one = typed(ffi.typeof(ctype))
	if math.ceil(one.size / 8) * 8 ~= stride then
		local text = "%s has %d bytes, not up to %d"
		error(text:format(tostring(ctype), one.size, stride), 0)
	end
	local function encode(values)
		local buffer = ffi.new("char[?]", size)
		for i = 1, size / stride do
			ffi.copy(buffer + (i - 1) * stride, one.encode(values[i]))
		end
		return buffer, size
	end
	local function decode(pointer)
		local bytes, values = ffi.cast("const char *", pointer), {}
		for i = 1, size / stride do
			values[i] = one.decode(bytes + (i - 1) * stride)
		end
		return values
	end
	return {one = one, encode = encode, decode = decode}
end

return {length = length, new = new, typed = typed, per_cpu = per_cpu}
