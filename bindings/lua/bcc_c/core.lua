-- SPDX-License-Identifier: BSD-2-Clause
--
-- The C library itself, the errors its codes become, how Lua's values become arguments, and the way
-- back from C.

local ffi = require("ffi")

ffi.cdef(require("bcc_c.cdef"))
local lib = ffi.load("libbcc_c.so." .. tonumber(ffi.C.BCC_C_VERSION_MAJOR))

local ECANCELED = 125

local Error = {}
Error.__index = Error

function Error:__tostring()
	return self.text
end

-- Raises what the library refused; log and diagnostics where there are such.
local function raise(errno, text, log, diagnostics)
	local raised = {errno = errno, text = text}
	raised.log, raised.diagnostics = log or "", diagnostics or {}
	error(setmetatable(raised, Error), 0)
end

-- A string that goes to C. One that C would cut short is refused.
local function cstring(text)
	if type(text) ~= "string" then
		error("a string is wanted, not " .. type(text), 0)
	end
	if text:find("%z") then
		error("embedded zero byte", 0)
	end
	return text
end

-- Pointers in a C struct keep nothing alive, so the table that a struct was filled from lives as
-- long as the struct.
local anchors = setmetatable({}, {__mode = "k"})

-- An options struct of the library with its size and the fields of a table set; an unknown one is
-- an error.
local function options(name, fields)
	local opts = ffi.new("struct " .. name)
	anchors[opts] = fields
	opts.sz = ffi.sizeof(opts)
	for field, value in pairs(fields or {}) do
		opts[field] = type(value) == "string" and cstring(value) or value
	end
	return opts
end

-- A C callback is scarce in LuaJIT and never collected, so there is one for each type of function.
-- It finds its listener by the number that it gets as ctx. The list of them keeps none alive:
-- whoever has C call it does.
local listeners, last_listener = setmetatable({}, {__mode = "v"}), 0
local callbacks = {}

local function listen(listener)
	last_listener = last_listener + 1
	listeners[last_listener] = listener
	return ffi.cast("void *", last_listener)
end

-- Calls a method of the listener. An error can't pass through C: the call that is running raises it
-- on return.
local function notify(ctx, method, ...)
	local listener = listeners[tonumber(ffi.cast("intptr_t", ctx))]
	if not listener then
		return 0
	end
	local module = listener.module
	local ok, raised = pcall(listener[method], ...)
	if not ok then
		module.raised = module.raised or {raised}
	end
	return module.raised and -ECANCELED or 0
end

-- The C function of a type that calls the method of that name.
local function callback(ctype, method)
	callbacks[ctype] = callbacks[ctype] or ffi.cast(ctype, function(ctx, ...)
		return notify(ctx, method, ...)
	end)
	return callbacks[ctype]
end

return {
	lib = lib,
	raise = raise,
	cstring = cstring,
	options = options,
	listen = listen,
	callback = callback,
}
