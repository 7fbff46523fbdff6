-- SPDX-License-Identifier: BSD-2-Clause
--
-- Events: records that programs send through ring and perf buffers.

local ffi = require("ffi")
local codec = require("bcc_c.codec")
local core = require("bcc_c.core")

local lib = core.lib
local EINTR = 4

local Events = {}
Events.__index = Events

-- A reader ends with its module, or earlier by free().
local function new(module)
	local ptr = module:pointer(lib.bcc_c_events__new, module.ptr)
	return setmetatable({module = module, ptr = ptr, sources = {}}, Events)
end

-- What hands a record of C's to the user's function.
local function receiver(fn, ctype)
	if not ctype then
		return function(cpu, data, size)
			fn(cpu, ffi.string(data, size))
		end
	end
	local record = codec.typed(ffi.typeof(ctype))
	ctype = tostring(ctype)
	return function(cpu, data, size)
		if size < record.size then
			error(("a record of %d bytes is no %s"):format(tonumber(size), ctype), 0)
		end
		fn(cpu, record.decode(data))
	end
end

function Events:call(fn, ...)
	if not self.ptr then
		error("the reader was freed", 0)
	end
	return self.module:check(fn, self.ptr, ...)
end

-- Adds a map, or the map of that name, to read from. fn(cpu, record) is called in poll() and
-- consume(); cpu is -1 for ring buffers, the record a string of bytes, or what opts.type names. An
-- error in it ends the poll, which raises it. opts.lost(cpu, count) hears of records that a perf
-- buffer lost; opts.pages is the size of one on each CPU.
function Events:add(map, fn, opts)
	opts = opts or {}
	if type(map) == "string" then
		map = self.module:map(map)
	end
	if map.module ~= self.module then
		error("the map is another module's", 0)
	end
	local source = {module = self.module, event = receiver(fn, opts.type)}
	local fields = {pages = opts.pages}
	if opts.lost then
		source.lost = function(cpu, count)
			opts.lost(cpu, tonumber(count))
		end
		fields.lost = core.callback("bcc_c_lost_fn", "lost")
	end
	self:call(lib.bcc_c_events__add, map.ptr, core.callback("bcc_c_event_fn", "event"),
		core.listen(source), core.options("bcc_c_events_opts", fields))
	self.sources[#self.sources + 1] = source
end

local function run(self, fn, ...)
	if not self.ptr then
		error("the reader was freed", 0)
	end
	if self.running then
		error("a callback can't poll the reader that called it", 0)
	end
	self.running = true
	local ok, result = pcall(self.module.call, self.module, fn, self.ptr, ...)
	self.running = false
	if not ok then
		error(result, 0)
	end
	if result == -EINTR then
		return 0
	end
	return result < 0 and self.module:fail(-result) or result
end

-- Waits for records and hands them out. timeout_ms: how long to wait for the first, nil or -1: for
-- ever. Returns the number of records; 0 after the timeout or a signal.
function Events:poll(timeout_ms)
	return run(self, lib.bcc_c_events__poll, timeout_ms or -1)
end

-- Hands out all records that are there, without waiting.
function Events:consume()
	return run(self, lib.bcc_c_events__consume)
end

-- A descriptor that is readable when records are there.
function Events:fd()
	return self:call(lib.bcc_c_events__fd)
end

-- How many records perf buffers lost because they were full; of one map, or of all.
function Events:lost(map)
	if not self.ptr then
		error("the reader was freed", 0)
	end
	return tonumber((self.module:call(lib.bcc_c_events__lost, self.ptr, map and map.ptr)))
end

-- Ends the reader. Its maps stay. Again, or after the module was freed: nothing.
function Events:free()
	if self.running then
		error("a callback can't free the reader that called it", 0)
	end
	local ptr = self.ptr
	self.ptr, self.sources = nil, {}
	if ptr and self.module.ptr then
		self.module:call(lib.bcc_c_events__free, ptr)
	end
end

return {new = new}
