# SPDX-License-Identifier: BSD-2-Clause
"""The measuring itself. bench/run.sh prepares what it needs, and starts it."""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import report
from contestants import HERE, contestants, versions
from grow import grown_source

LIMIT_S = 30        # for one run of a contestant
SETTLE_MS = 200     # from its first event until its memory is looked up
GIVE_UP = 2         # failures after which a contestant is left out
MARKER = "bench-seen"
GROWTH = (10, 100, 500)
OURS = ("bcc_c opensnoop, cold", "bcc_c opensnoop, warm")


class Failed(Exception):
    """A run that gave no result, with the reason."""


def say(text):
    """Progress, for people who wait."""
    print(text, file=sys.stderr, flush=True)


def environment(cache, **more):
    """A small one, the same for all."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return dict(keep, LANG="C.UTF-8", TERM="dumb", BCC_C_CACHE=cache or "off", **more)


def run(argv, env):
    """Runs a program of the bench's own to its end; returns its output."""
    process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        out, err = process.communicate(timeout=LIMIT_S + 10)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.communicate()
        raise Failed("no end within %d s" % (LIMIT_S + 10)) from None
    except SystemExit:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        lines = err.decode(errors="replace").strip().splitlines()
        raise Failed(" / ".join(lines[-2:]) or "ended with status %d" % process.returncode)
    return out.decode(errors="replace")


class Bench:
    """One run of everything."""

    def __init__(self, args):
        self.args = args
        self.kept = os.path.join(args.dir, "kept")
        os.mkdir(self.kept, 0o700)
        # As it is now, whatever is done to it while this runs.
        self.source = os.path.join(args.dir, "opensnoop.bpf.c")
        for name in ("opensnoop.bpf.c", "opensnoop.h"):
            shutil.copy(os.path.join(HERE, "../tools", name), args.dir)
        self.grown = {count: os.path.join(args.dir, "grown%d.bpf.c" % count) for count in GROWTH}
        # Early: the cache keeps nothing that was made from files written a moment ago.
        for count, path in self.grown.items():
            with open(path, "w", encoding="ascii") as file:
                file.write(grown_source(count))

    def cached(self, cache, measure):
        """Calls measure(folder) with the cache folder that a contestant wants."""
        if cache == "kept":
            return measure(self.kept)
        if cache is None:
            return measure(None)
        folder = tempfile.mkdtemp(dir=self.args.dir)
        try:
            return measure(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def first_event(self, who):
        """Milliseconds to its first event, and its resident and peak memory in MB."""
        argv = [os.path.join(self.args.dir, "timed"), str(LIMIT_S * 1000), str(SETTLE_MS), MARKER]
        out = self.cached(who.cache, lambda folder: run(argv + who.argv, environment(folder)))
        first_us, rss_kb, peak_kb = map(int, out.split())
        return first_us / 1000, rss_kb / 1024, peak_kb / 1024

    def compiler_peak(self):
        """Peak memory in MB of the compiler when our opensnoop starts without a cache."""
        peak = os.path.join(self.args.dir, "peak")
        argv = [os.path.join(self.args.dir, name) for name in ("timed", "compiler_peak")]
        run([argv[0], str(LIMIT_S * 1000), "0", MARKER,
             os.path.join(self.args.build, "bin/opensnoop")],
            environment(None, BCC_C_COMPILER=argv[1]))
        with open(peak, encoding="ascii") as file:
            kb = int(file.read())
        os.unlink(peak)
        return kb / 1024

    def against_peers(self):
        """Time and memory of all contestants, who take turns."""
        tables = [
            report.Table("first_event_ms",
                         "Time from exec to the first event shown, milliseconds", OURS),
            report.Table("resident_mb", "Resident memory %d ms after that, MB (VmRSS)" % SETTLE_MS,
                         OURS),
            report.Table("peak_mb", "Peak of the process until then, MB (VmHWM)", OURS),
        ]
        here = contestants(self.args.build, self.args.dir, self.args.python)
        for who in [who for who in here if who.missing]:
            tables[0].miss(who.name, who.missing)
        here = [who for who in here if not who.missing]
        compiler = "bcc_c's compiler, while it runs"
        for turn in range(self.args.rounds + 1):
            say("peers: round %d of %d" % (turn, self.args.rounds) if turn else "peers: warming up")
            for who in here:
                if tables[0].failed(who.name) >= GIVE_UP:
                    continue
                self.one(lambda who=who: self.first_event(who), who.name, tables, turn)
            self.one(lambda: (self.compiler_peak(),), compiler, tables[2:], turn)
        return tables

    @staticmethod
    def one(measure, name, tables, turn):
        """Measures and notes the numbers, one for each table; turn 0 is for warming up."""
        try:
            for table, number in zip(tables, measure()):
                if turn:
                    table.add(name, number)
        except Failed as failed:
            tables[0].fail(name, ("round %d: " % turn if turn else "warming up: ") + str(failed))

    def phases(self, mode, source, attach):
        """Milliseconds of each step with one source."""
        argv = [os.path.join(self.args.dir, "phases"), mode, source] + ["attach"] * attach
        out = self.cached("kept" if mode == "cached" else None,
                          lambda folder: run(argv, environment(folder)))
        steps, inner = {}, {}
        for line in out.splitlines():
            step, text = line.split("\t", 1)
            if step != "log":
                steps[step] = float(text) / 1000
            elif text.startswith("compiler: "):
                for name, us in re.findall(r"([a-z][a-z -]*?) (\d+) us", text[len("compiler: "):]):
                    inner["  of that " + name] = int(us) / 1000
        return self.with_inner(steps, inner)

    @staticmethod
    def with_inner(steps, inner):
        """The steps, with those of the compiler behind the compilation that they are of."""
        result = {}
        for step, ms in steps.items():
            result[step] = ms
            if step == "compile":
                result.update(inner)
        return result

    def own_phases(self):
        """Where our time goes, by the library's own calls and the compiler's own words."""
        table = report.Table("phases_ms", "Steps of bcc_c with opensnoop's source, milliseconds\n"
                             "(in-process: the first compilation loads the engine)")
        for turn in range(self.args.rounds + 1):
            for mode in ("cold", "cached", "in-process"):
                self.add_steps(table if turn else None, mode, (mode, self.source, True))
        return table

    def add_steps(self, table, name, what):
        """Measures steps and notes them, unless there is no table: that is for warming up."""
        try:
            steps = self.phases(*what)
        except Failed as failed:
            if table:
                table.fail(name, str(failed))
            return
        for step, ms in steps.items():
            if table:
                table.add("%s: %s" % (name, step), ms)

    def growth(self):
        """How the cost grows with the number of programs and maps."""
        table = report.Table("growth_ms",
                             "Sources with so many programs and as many maps, milliseconds")
        rounds = max(3, self.args.rounds // 3)
        for turn in range(rounds):
            say("growth: round %d of %d" % (turn + 1, rounds))
            for count, path in self.grown.items():
                for mode in ("cold", "cached"):
                    self.add_steps(table, "%3d %s" % (count, mode), (mode, path, False))
        return table

    def plain_reads(self):
        """What plain reads of kernel memory cost beside the same ones written by hand."""
        table = report.Table("reads", "Programs that read kernel memory by plain C, and the same "
                             "with a helper's call\nfor each field: sums over those of the tests, "
                             "with the calls made when they run")
        say("reads")
        try:
            out = run(["sh", os.path.join(HERE, "../tests/gen/test_generated.sh")],
                      environment(None, BUILD=self.args.build))
            counts = re.search(r"(\d+) instructions and (\d+) reads plainly, (\d+) and (\d+) ", out)
            names = ("plain: instructions", "plain: helper calls", "by hand: instructions",
                     "by hand: helper calls")
            for name, count in zip(names, counts.groups()):
                table.add(name, int(count))
        except Failed as failed:
            table.fail("plain and by hand", str(failed))
        return table

    def all(self):
        """Everything, while a file is opened all the time."""
        seen = os.path.join(self.args.dir, MARKER)
        with open(seen, "w", encoding="ascii"):
            pass
        opener = subprocess.Popen([os.path.join(self.args.dir, "opener"), seen])
        try:
            tables = self.against_peers()
        finally:
            opener.kill()
            opener.wait()
        say("steps")
        tables.append(self.own_phases())
        tables.append(self.growth())
        tables.append(self.plain_reads())
        return [table.result() for table in tables]


def main():
    """Reads the arguments, measures, prints."""
    parser = argparse.ArgumentParser(prog="bench/run.sh", description="Measures bcc_c and its "
                                     "peers in turns, and its own steps.")
    parser.add_argument("-n", "--rounds", type=int, default=10, help="default: 10")
    parser.add_argument("--json", action="store_true", help="print an object of JSON")
    for name in ("--build", "--dir", "--python"):
        parser.add_argument(name, required=True, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("at least one round")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    head = versions(args.build) + [
        ("rounds", "%d, in turns, after one that brings all files into memory" % args.rounds),
        ("began", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())),
    ]
    result = {"head": head, "tables": Bench(args).all()}
    (report.print_json if args.json else report.print_text)(result)


if __name__ == "__main__":
    main()
