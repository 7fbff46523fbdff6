# SPDX-License-Identifier: BSD-2-Clause
"""From samples to what is printed."""

import json
import statistics
import sys


def summary(samples):
    """Least, median and greatest of some numbers, with how many there are."""
    return {"min": min(samples), "median": statistics.median(samples), "max": max(samples),
            "samples": len(samples)}


def _columns(rows):
    """Rows of texts as lines: the first column to the left, others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [text.rjust(width) for text, width in zip(row[1:], widths[1:])]
        print("  " + "  ".join(cells).rstrip())


def _stat_row(name, stat):
    return [name] + ["%.2f" % stat[key] for key in ("min", "median", "max")]


def _ratio(stat, base):
    return "%.2f" % (stat["median"] / base["median"]) if base and base["median"] else "-"


def _print_table(table):
    print("\n%s\n" % table["title"])
    done = [row for row in table["rows"] if "stat" in row]
    if done:
        bases = [next((row["stat"] for row in done if row["name"] == name), None)
                 for name in table.get("ratios", [])]
        head = ["", "min", "median", "max"]
        head += ["to " + name.rsplit(", ", 1)[-1] for name in table.get("ratios", [])]
        _columns([head] + [_stat_row(row["name"], row["stat"]) +
                           [_ratio(row["stat"], base) for base in bases] for row in done])
    for row in table["rows"]:
        if "missing" in row:
            print("  %s: not measured: %s" % (row["name"], row["missing"]))
        if "failures" in row:
            print("  %s: failed %d times, at last: %s" % (row["name"], len(row["failures"]),
                                                         row["failures"][-1]))


def print_text(result):
    """The head, then a table for each thing measured."""
    for name, text in result["head"]:
        print("%-13s %s" % (name, text))
    for table in result["tables"]:
        _print_table(table)


def print_json(result):
    """The same as an object."""
    json.dump(dict(result, head=dict(result["head"])), sys.stdout, indent=1)
    print()


class Table:
    """Samples of some rows, in the order in which rows were first named."""

    def __init__(self, key, title, ratios=()):
        self.key = key
        self.title = title
        self.ratios = list(ratios)
        self.samples = {}
        self.missing = {}
        self.failures = {}

    def add(self, name, sample):
        """A measured number."""
        self.samples.setdefault(name, []).append(sample)

    def fail(self, name, text):
        """A round that gave none."""
        self.failures.setdefault(name, []).append(text)

    def failed(self, name):
        """How many rounds gave none."""
        return len(self.failures.get(name, []))

    def miss(self, name, text):
        """What doesn't take part."""
        self.missing[name] = text

    def result(self):
        """As print_text() and print_json() take it."""
        rows = []
        for name in dict.fromkeys([*self.samples, *self.failures, *self.missing]):
            row = {"name": name}
            if name in self.samples:
                row["stat"] = summary(self.samples[name])
            if name in self.failures:
                row["failures"] = self.failures[name]
            if name in self.missing:
                row["missing"] = self.missing[name]
            rows.append(row)
        return {"key": self.key, "title": self.title, "ratios": self.ratios, "rows": rows}
