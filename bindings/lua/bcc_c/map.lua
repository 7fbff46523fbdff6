-- SPDX-License-Identifier: BSD-2-Clause
--
-- Maps: elements by key, and walks over them. bcc_c.codec says what keys and values look like. With
-- a declared value type, values of per-CPU maps are lists, one item for each possible CPU.

local ffi = require("ffi")
local codec = require("bcc_c.codec")
local core = require("bcc_c.core")

local lib = core.lib
local ENOENT = 2

local Map = {}
Map.__index = Map

local function new(module, ptr, types)
	local self = setmetatable({module = module, ptr = ptr}, Map)
	local stride, size = self:value_stride(), self:value_size()
	types = types or {}
	self.keys = codec.new(types.key, self:key_size())
	if stride > 0 and types.value then
		self.values = codec.per_cpu(types.value, size, stride)
	else
		self.values = codec.new(types.value, size)
	end
	return self
end

-- What it is

local function number(self, fn)
	return tonumber((self.module:call(fn, self.ptr)))
end

function Map:name()
	return ffi.string((self.module:call(lib.bcc_c_map__name, self.ptr)))
end

function Map:type()
	return ffi.string((self.module:call(lib.bcc_c_map__type_name, self.ptr)))
end

function Map:key_size()
	return number(self, lib.bcc_c_map__key_size)
end

function Map:value_size()
	return number(self, lib.bcc_c_map__value_size)
end

function Map:value_stride()
	return number(self, lib.bcc_c_map__value_stride)
end

function Map:max_entries()
	return number(self, lib.bcc_c_map__max_entries)
end

-- Before loading only.
function Map:set_max_entries(entries)
	self.module:check(lib.bcc_c_map__set_max_entries, self.ptr, entries)
end

-- The descriptor of the loaded map, which stays the module's.
function Map:fd()
	return self.module:check(lib.bcc_c_map__fd, self.ptr)
end

-- What it holds

-- A call that may find no such key, which gives false.
local function found(self, fn, ...)
	local result = self.module:call(fn, self.ptr, ...)
	if result == -ENOENT then
		return false
	end
	if result < 0 then
		self.module:fail(-result)
	end
	return true
end

local function lookup(self, key, key_size)
	local size = self:value_size()
	local value = ffi.new("char[?]", size)
	if found(self, lib.bcc_c_map__lookup, key, key_size, value, size) then
		return self.values.decode(value)
	end
end

-- The value, or nil where there is no such key.
function Map:get(key)
	return lookup(self, self.keys.encode(key))
end

-- Writes an element. flags: lib.BCC_C_MAP_NOEXIST, only a new one; lib.BCC_C_MAP_EXIST, only one
-- that is there.
function Map:set(key, value, flags)
	local key_data, key_size = self.keys.encode(key)
	local value_data, value_size = self.values.encode(value)
	self.module:check(lib.bcc_c_map__update, self.ptr, key_data, key_size, value_data,
		value_size, flags or 0)
end

-- Whether there was such a key.
function Map:delete(key)
	return found(self, lib.bcc_c_map__delete, self.keys.encode(key))
end

local function next_key(self, key)
	local size = self:key_size()
	local following = ffi.new("char[?]", size)
	return found(self, lib.bcc_c_map__next_key, key, following, size) and following or nil
end

-- Walks the elements: for key, value in map:pairs(). Programs go on changing the map meanwhile;
-- those that they remove during the walk are left out. The loop may delete what it is given: the
-- next key is fetched before. The count ends a walk that removals by others make start anew again
-- and again.
function Map:pairs()
	local following, left = next_key(self, nil), self:max_entries()
	return function()
		while following and left > 0 do
			local key = following
			following, left = next_key(self, key), left - 1
			local value = lookup(self, key, ffi.sizeof(key))
			if value ~= nil then
				return self.keys.decode(key), value
			end
		end
	end
end

-- As text

local function format(self, fn, data, size)
	local buffer_size = 256
	while true do
		local buffer = ffi.new("char[?]", buffer_size)
		local length = self.module:check(fn, self.ptr, data, size, buffer, buffer_size)
		if length < buffer_size then
			return ffi.string(buffer)
		end
		buffer_size = length + 1
	end
end

-- A key as text, by its type in the source.
function Map:format_key(key)
	return format(self, lib.bcc_c_map__format_key, self.keys.encode(key))
end

-- A value as text; of a per-CPU map, one CPU's.
function Map:format_value(value)
	local one = self.values.one or self.values
	return format(self, lib.bcc_c_map__format_value, one.encode(value))
end

-- The same as JSON.
function Map:json_key(key)
	return format(self, lib.bcc_c_map__json_key, self.keys.encode(key))
end

function Map:json_value(value)
	local one = self.values.one or self.values
	return format(self, lib.bcc_c_map__json_value, one.encode(value))
end

-- Records of ring and perf buffers

-- The name of a record's type in the source, or nil if the source doesn't tell.
function Map:record_type(size)
	local buffer = ffi.new("char[1024]")
	if not found(self, lib.bcc_c_map__record_type, size, buffer, 1024) then
		return nil
	end
	return ffi.string(buffer)
end

-- A record, a string of bytes, as text by its type in the source.
function Map:format_record(record)
	return format(self, lib.bcc_c_map__format_value, record, #record)
end

-- A record as JSON.
function Map:json_record(record)
	return format(self, lib.bcc_c_map__json_value, record, #record)
end

return {new = new}
