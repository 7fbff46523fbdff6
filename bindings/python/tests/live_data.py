#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Live tests of maps and events. Prints TAP. Needs root."""
import ctypes
import errno
import json
import os
import select
import sys

import bcc_c
from support import COMM, Pair, call, loaded, main, one_cpu, raises


# Maps

def test_maps_are_listed():
    with loaded() as module:
        found = {one.name: (one.type, one.key_size, one.max_entries) for one in module.maps()}
        assert found["calls"] == ("hash", 16, 64), found
        assert set(found) == {"calls", "pairs", "numbers", "percpu", "ring", "perf"}, found


def test_map_of_bytes():
    with loaded() as module:
        pairs = module.map("pairs")
        assert len(pairs) == 0 and 5 not in pairs
        pairs[5] = b"\1" * 16
        pairs[b"\6\0\0\0"] = Pair(1, 2)
        assert pairs[5] == b"\1" * 16 and pairs[ctypes.c_uint32(6)] == bytes(Pair(1, 2))
        assert sorted(pairs) == [b"\5\0\0\0", b"\6\0\0\0"], list(pairs)
        error = raises(bcc_c.BccError, lambda: pairs[b"\5"])
        assert error.errno == errno.EINVAL and "pairs" in str(error), str(error)
        raises(TypeError, lambda: pairs["5"])
        raises(OverflowError, lambda: pairs[1 << 40])


def test_map_of_types():
    with loaded() as module:
        pairs = module.map("pairs", key=ctypes.c_uint32, value=Pair)
        for at in range(4):
            pairs[at] = Pair(at, at * 10)
        assert {key: value.b for key, value in pairs.items()} == {0: 0, 1: 10, 2: 20, 3: 30}
        assert raises(bcc_c.BccError, pairs.put, 4, Pair()).errno == errno.E2BIG
        assert raises(bcc_c.BccError, pairs.put, 3, Pair(), bcc_c.MAP_NOEXIST).errno == errno.EEXIST
        assert raises(KeyError, lambda: pairs[9]).args == (9,)
        assert pairs.get(9) is None and 3 in pairs
        raises(TypeError, pairs.put, 1, 5)
        raises(OverflowError, lambda: pairs[-1])
        for key in pairs:
            del pairs[key]
        assert len(pairs) == 0
        raises(KeyError, pairs.__delitem__, 1)
        raises(ValueError, module.map, "pairs", ctypes.c_uint64)
        raises(ValueError, module.map, "pairs", None, ctypes.c_uint64)


def test_map_of_fixed_elements():
    with loaded() as module:
        numbers = module.map("numbers", ctypes.c_uint32, ctypes.c_uint32)
        numbers[2] = 7
        assert list(numbers.items()) == [(0, 0), (1, 0), (2, 7)]
        assert list(numbers.values()) == [0, 0, 7]
        assert raises(bcc_c.BccError, numbers.__delitem__, 1).errno == errno.EINVAL


def test_map_per_cpu():
    with loaded() as module:
        percpu = module.map("percpu", ctypes.c_uint32, ctypes.c_uint32)
        call(25)
        assert len(percpu[0]) >= os.cpu_count() and sum(percpu[0]) == 25, percpu[0]
        percpu[0] = [cpu + 1 for cpu in range(len(percpu[0]))]
        assert percpu[0] == list(range(1, len(percpu[0]) + 1)), percpu[0]
        raw = module.map("percpu")
        assert len(raw[0]) == raw.value_size == raw.value_stride * len(percpu[0])


def test_map_counts_exactly():
    with loaded() as module:
        call(12345)
        calls = module.map("calls", key=ctypes.c_char * 16, value=ctypes.c_uint64)
        assert dict(calls.items()) == {COMM: 12345}, dict(calls.items())
        assert module.get_global("seen", ctypes.c_uint64) == 12345


def test_map_sizes_can_be_set_before_loading():
    with loaded() as module:
        error = raises(bcc_c.BccError, setattr, module.map("calls"), "max_entries", 5)
        assert error.errno == errno.EBUSY
    with bcc_c.Module.from_elf(loaded.elf) as module:
        module.map("calls").max_entries = 5
        module.load()
        assert module.map("calls").max_entries == 5


def test_map_text():
    with loaded() as module:
        pairs = module.map("pairs", ctypes.c_uint32, Pair)
        assert "77" in pairs.format_key(77), pairs.format_key(77)
        text = pairs.format_value(Pair(123, 456))
        assert "a" in text and "123" in text and "456" in text, text
        assert json.loads(pairs.json_value(Pair(123, 456))) == {"a": 123, "b": 456}
        assert json.loads(pairs.json_key(77)) == 77


RECORDS = """
struct pair { u64 a, b; };
BPF_PERF_OUTPUT(sent);
RAW_TRACEPOINT_PROBE(sys_enter)
{
	struct pair pair = { 1, 2 };
	return sent.perf_submit(ctx, &pair, sizeof(pair));
}
"""


def test_records_have_types():
    with bcc_c.Module() as module:
        module.compile(RECORDS)
        sent = module.map("sent")
        assert sent.record_type(16) == "struct pair" and sent.record_type(8) is None
        assert sent.format_record(Pair(1, 2)) == "{a: 1, b: 2}"
        assert json.loads(sent.json_record(bytes(Pair(3, 4)) + b"1234")) == {"a": 3, "b": 4}


# Events

def test_events_arrive_in_order():
    with loaded() as module, module.events() as events:
        rings, perfs = [], []
        events.add("ring", lambda cpu, pair: rings.append((cpu, pair.a, pair.b)), type=Pair)
        events.add(module.map("perf"), lambda cpu, pair: perfs.append((cpu, pair.b)), type=Pair)
        call(20)
        assert select.select([events], [], [], 5)[0] == [events]
        while len(rings) < 20 or len(perfs) < 20:
            assert events.poll(5) > 0
        assert rings == [(-1, 7, at + 1) for at in range(20)], rings
        assert sorted(at for _, at in perfs) == list(range(1, 21)), perfs
        assert all(cpu >= 0 for cpu, _ in perfs), perfs
        assert events.poll(0) == 0 and events.consume() == 0 and events.lost() == 0


def test_events_exception_ends_the_poll():
    with loaded() as module, module.events() as events:
        def refuse(cpu, data):
            raise LookupError("from the callback")
        events.add("ring", refuse)
        call(2)
        assert str(raises(LookupError, events.poll, 5)) == "from the callback"


def test_events_callback_cant_free_what_runs():
    with loaded() as module, module.events() as events:
        caught = []

        def meddle(cpu, data):
            for use in (module.free, events.free, events.poll):
                caught.append(raises(RuntimeError, use))
            module.map("numbers")[1] = 3  # the module itself may be used
        events.add("ring", meddle)
        call(1)
        assert events.poll(5) == 1 and len(caught) == 3
        assert module.map("numbers")[1] == b"\3\0\0\0"


def test_events_lost_are_counted():
    with loaded() as module, module.events() as events:
        told, got = [], []
        events.add("perf", lambda cpu, data: got.append(data), pages=1,
                   lost=lambda cpu, count: told.append(count))
        with one_cpu():
            call(5000)
            while events.poll(0.1):
                pass
            # The kernel tells of lost records with the CPU's next one that fits.
            call(1)
            while events.poll(0.1):
                pass
        assert got and told, (len(got), told)
        assert sum(told) == events.lost() == events.lost(module.map("perf")), told
        assert sum(told) + len(got) == 5001, (told, len(got))


def test_events_refuse_other_maps():
    with loaded() as module, loaded() as other, module.events() as events:
        assert raises(bcc_c.BccError, events.add, "calls", print).errno == errno.EINVAL
        raises(ValueError, events.add, other.map("ring"), print)
        events.add("ring", print)
        assert raises(bcc_c.BccError, events.add, "ring", print).errno == errno.EINVAL


if __name__ == "__main__":
    sys.exit(main(globals()))
