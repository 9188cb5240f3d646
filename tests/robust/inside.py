#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""memtop looks into processes of which everything is known, and leaves them as they were."""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
HEAPS = "./tests/programs/heaps"
ENDED = 120  # seconds in which anything here has ended, whatever the machine does


def inside(pid, *more):
    """What --inside --json says of PID, and the exit status."""
    run = subprocess.run([MEMTOP, "-p", str(pid), "--json", *(more or ["--inside"])],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=ENDED,
                         encoding="utf-8")
    return (json.loads(run.stdout) if run.stdout else {}), run.returncode


class Program:
    """A program that says it is ready, and answers lines."""

    def __init__(self, *words, **more):
        self.child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      encoding="utf-8", **more)
        self.pid = self.child.pid
        self.child.stdout.readline()

    def ask(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()
        return [int(word) for word in self.child.stdout.readline().split()]

    def end(self):
        self.child.kill()
        self.child.wait()


def state_of(pid):
    """Sizes of which none may change, in KiB, and minor faults."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        lines = dict(line.split(":", 1) for line in file if ":" in line)
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        faults = int(file.read().rsplit(")", 1)[1].split()[7])
    return [int(lines[key].split()[0]) for key in ("VmRSS", "VmPTE", "VmSwap")] + [faults]


def check_heaps(threads, how="still"):
    """In use and free to the chunk; returnable by what a trim then gives back."""
    program = Program(HEAPS, "20000", str(threads), how)
    try:
        used, free, _, _, _, mapped, mapped_bytes, _, rss_kib = program.ask("info")
        before = state_of(program.pid)
        found, status = inside(program.pid)
        after = state_of(program.pid)
        heap = found.get("allocator", {})
        name = f"heaps of {threads} threads, {how}"
        tap.check(status == 0 and heap.get("name") == "glibc", f"{name}: looked into",
               [str(found)[:500]])
        tap.check(len(heap["arenas"]) == threads + 1, f"{name}: an arena each", [str(heap["arenas"])])
        chunk = 1024 * (threads + 1)
        tap.check(abs(heap["in_use"] - heap["mapped"] - used) <= chunk, f"{name}: in use",
               [f'{heap["in_use"] - heap["mapped"]}, mallinfo2 {used}'])
        tap.check(abs(heap["free"] - free) <= chunk, f"{name}: free",
               [f'{heap["free"]}, mallinfo2 {free}'])
        tap.check(abs(heap["mapped"] - mapped_bytes) <= chunk and mapped >= 2, f"{name}: mapped",
               [f'{heap["mapped"]}, mallinfo2 {mapped_bytes}'])
        tap.check(all(abs(a - b) <= 64 for a, b in zip(before, after)),
               f"{name}: RSS, page tables, swap and faults are as they were",
               [str(before), str(after)])
        given, = program.ask("trim")
        tap.check(abs(heap["returnable"] / 1024 - given) <= max(0.05 * given, 64),
               f"{name}: what a trim gives back", [f'{heap["returnable"] / 1024}, trim {given}'])
        found, _ = inside(program.pid)
        tap.check(found["allocator"]["returnable"] <= 0.01 * rss_kib * 1024,
               f"{name}: and after it nothing", [str(found["allocator"])[:300]])
    finally:
        program.end()


def check_storm(threads, chunks):
    """Threads that make and free at full speed: no more than a percent beside what mallinfo2 says
    before and after."""
    program = Program(HEAPS, str(chunks), str(threads), "storm")
    try:
        time.sleep(0.3)  # until what the storm keeps in use no longer grows
        wrong = []
        for _ in range(1 if threads > 4 else 2):
            for _ in range(4):  # at nice 10 beside so many a look may end for want of time, and says so
                before = program.ask("info")
                found, status = inside(program.pid)
                after = program.ask("info")
                if not any("longer than it may" in one["why"] for one in found.get("unknown", [])):
                    break
            heap = found.get("allocator", {})
            if status != 0 or len(heap.get("arenas", [])) != threads + 1:
                wrong.append(str(found)[:500])
                continue
            used = heap["in_use"] - heap["mapped"]
            low, high = sorted((before[0], after[0]))
            if found["age"] + 0.002 < found["cost"]:  # it is of the moment the look began
                wrong.append(f"looked {found['age']} s ago, and took {found['cost']} s")
            if not 0.99 * low <= used <= 1.01 * high or heap["resyncs"] is None:
                wrong.append(f"{used}, mallinfo2 {low} to {high}, resyncs {heap['resyncs']}")
        tap.check(not wrong, f"a storm of {threads} threads: all arenas, in use to a percent", wrong)
    finally:
        program.end()


def check_growth():
    """Heaps that grow while they are looked at: between what was in use before and after."""
    program = Program(HEAPS, "2000", "3", "grow")
    try:
        wrong = []
        for _ in range(3):
            before = program.ask("info")
            found, _ = inside(program.pid)
            after = program.ask("info")
            heap = found["allocator"]
            used = heap["in_use"] - heap["mapped"]
            if not 0.99 * before[0] <= used <= 1.01 * after[0] or heap["resyncs"] > 10:
                wrong.append(f"{used}, mallinfo2 {before[0]} to {after[0]}, {heap['resyncs']}")
        tap.check(not wrong, "heaps that grow: in use to a percent", wrong)
    finally:
        program.end()


def check_gains():
    """Two looks, and what came between."""
    program = Program(HEAPS, "1000")
    try:
        found, _ = inside(program.pid, "--inside", "-n", "2", "-d", "0.2")
        tap.check(found["allocator"]["gained_in_use"] == 0, "a program that stands still gains nothing",
               [str(found["allocator"])[:300]])
        tap.check(found["types"] and all(t["gained"] == 0 for t in found["types"]),
               "no size of chunks does", [str(found["types"])[:300]])
    finally:
        program.end()


def check_crowd():
    """Among more processes than one frame tells of, the one that came last is found, too."""
    herd = subprocess.Popen(["./tests/programs/herd", "-n", "700"])
    program = Program(HEAPS, "1000")
    try:
        end = time.monotonic() + 20
        while len([p for p in os.listdir("/proc") if p.isdigit()]) < 700 and time.monotonic() < end:
            time.sleep(0.05)
        found, status = inside(program.pid)
        tap.check(status == 0 and found.get("allocator", {}).get("name") == "glibc",
               "among 700 others one is looked into", [str(found)[:300]])
    finally:
        program.end()
        herd.terminate()
        herd.wait()


def check_recording(folder):
    """What was found is in the recording, and comes out of it."""
    program = Program(HEAPS, "1000")
    tape = os.path.join(folder, "tape.jsonl")
    try:
        live, _ = inside(program.pid, "--inside", "--record", tape)
        told, status = inside(program.pid, "--inside", "--replay", tape)
        tap.check(status == 0 and told["allocator"]["in_use"] == live["allocator"]["in_use"] and
               told["types"] == live["types"], "a recording has what was found",
               [str(told)[:300], str(live)[:300]])
    finally:
        program.end()


def check_refusals():
    """Who may not look is told what would permit it; nothing is 0 then."""
    if os.geteuid() != 0:
        tap.skip("a process of another user", "only root becomes another user")
        return

    def other():
        os.setgid(65534)
        os.setuid(65534)

    program = Program(HEAPS, "1000")
    try:
        run = subprocess.run([MEMTOP, "-p", str(program.pid), "--inside", "--json"],
                             stdout=subprocess.PIPE, preexec_fn=other, timeout=ENDED,
                             encoding="utf-8")
        found = json.loads(run.stdout)
        why = found["unknown"][0]["why"]
        tap.check(run.returncode == 1 and "allocator" not in found,
               "a process of root's is no other user's to look into", [run.stdout])
        tap.check(why == f"process {program.pid} belongs to root; run memtop with sudo",
               "and the way to look is told", [why])
    finally:
        program.end()
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    found, status = inside(child)
    why = found["unknown"][0]["why"]
    os.waitpid(child, 0)
    tap.check(status == 1 and why == f"process {child} has no memory that could be read",
           "one that has ended and was not waited for", [why])
    found, status = inside(2 ** 22 - 1)
    tap.check(status == 1 and found == {}, "a process that is not there", [str(found)])


def check_off(folder):
    """Looking inside is off for all by a setting, and for whoever reads a stream by an option."""
    program = Program(HEAPS, "1000")
    os.makedirs(os.path.join(folder, "memtop"), exist_ok=True)
    with open(os.path.join(folder, "memtop", "memtoprc"), "w", encoding="utf-8") as file:
        file.write("look_inside = never\n")
    try:
        run = subprocess.run([MEMTOP, "-p", str(program.pid), "--inside", "--json"],
                             stdout=subprocess.PIPE, timeout=ENDED, encoding="utf-8",
                             env={**os.environ, "XDG_CONFIG_HOME": folder})
        found = json.loads(run.stdout)
        tap.check(run.returncode == 1 and "allocator" not in found and
                  "turned off" in found["unknown"][0]["why"], "look_inside never: nobody looks",
                  [run.stdout])
        with open(f"/proc/{program.pid}/stat", encoding="utf-8") as file:
            start = file.read().rsplit(")", 1)[1].split()[19]
        stream = subprocess.Popen([MEMTOP, "--stream", "--no-inside", "-d", "0.1"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        for _ in range(1000):  # what is asked before the first tick is lost
            if '"seq":1,' in stream.stdout.readline():
                break
        stream.stdin.write(json.dumps({"ask": "inside", "pid": program.pid,
                                       "start": int(start)}) + "\n")
        stream.stdin.flush()
        lines = []
        while not any("turned off" in line for line in lines) and len(lines) < 50:
            lines.append(stream.stdout.readline())
        said = lines[-1]
        tap.check("turned off" in said, "--stream --no-inside: who asks is told", [said[:300]])
        stream.kill()
        stream.wait()
    finally:
        program.end()


def check_allocator():
    """jemalloc is named, never taken for an empty heap."""
    library = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"
    if not os.path.exists(library):
        tap.skip("jemalloc is named", "no jemalloc here")
        return
    program = Program(HEAPS, "1000", env={**os.environ, "LD_PRELOAD": library})
    try:
        found, _ = inside(program.pid)
        heap = found["allocator"]
        tap.check(heap["name"] == "jemalloc" and heap["in_use"] is None and
               any("jemalloc" in u["why"] for u in found["unknown"]),
               "jemalloc is named, with what asks it", [str(heap), str(found["unknown"])])
    finally:
        program.end()


WITHIN = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef PYTHON
char _PyRuntime[4096];
#endif
#ifdef GO
static const struct { int sizes[3]; char name[4], value[4]; } note
	__attribute__((used, aligned(4), section(".note.go.buildid,\\"a\\",@note#"))) =
	{ { 4, 4, 4 }, "Go", "" };
#endif
int main(void) {
	void *own = mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(own, 1, 16 << 20);
#ifdef GO
	for (int i = 0; i < 3000; i++)
		memset(malloc(1000), 1, 1000);
#endif
	if (getenv("NEVER_SET") != NULL)
		fputs("<jemalloc>: it would say so", stderr);
	puts("ready");
	fflush(stdout);
	pause();
}
"""


def check_within(folder):
    """An allocator that is linked into a stripped program is named, too."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        tap.skip("an allocator within the program is named", "no compiler here")
        return
    for way, name, program in (([], "jemalloc", "within"), ([], "jemalloc", "redis-server"),
                               (["-DPYTHON", "-rdynamic"], "glibc", "within-python")):
        binary = os.path.join(folder, program)
        subprocess.run([compiler, "-O1", "-s", *way, "-x", "c", "-o", binary, "-"], input=WITHIN,
                       encoding="utf-8", check=True)
        program = Program(binary)
        try:
            found, _ = inside(program.pid)
            tap.check(found["allocator"]["name"] == name,
                      "an allocator within a Python is not its malloc" if way else
                      "an allocator within the program is named", [str(found)[:500]])
            tap.check(("redis-cli" in str(found["unknown"])) == binary.endswith("redis-server"),
                      "with what asks a program of that name", [str(found["unknown"])])
        finally:
            program.end()
    binary = os.path.join(folder, "cgo")
    subprocess.run([compiler, "-O0", "-DGO", "-x", "c", "-o", binary, "-"], input=WITHIN, encoding="utf-8",
                   check=True)
    program = Program(binary)
    try:
        found, _ = inside(program.pid)
        sizes = {kind["name"]: kind["count"] for kind in found["types"]}
        tap.check(found["allocator"]["name"] == "glibc" and sizes.get("985 to 1000 bytes") == 3000 and
                  any(one["what"] == "Go heap" for one in found["unknown"]),
                  "of a Go program with parts in C glibc's heap is told, and that its own is not read",
                  [str(found)[:800]])
    finally:
        program.end()


ALIKE = """
import sys, time, types
class Twin:
    pass
other = types.ModuleType("other")
exec("class Twin:\\n    __slots__ = 'one', 'two'", other.__dict__)
sys.modules["other"] = other
ours, theirs = [Twin() for i in range(3000)], {i: other.Twin() for i in range(500)}
print("ready", flush=True)
time.sleep(600)
"""


def check_alike():
    """Two types of one name are two, by their modules, and each has its own holders."""
    if shutil.which("python3") is None:
        tap.skip("types of one name", "there is no python3")
        return
    program = Program("python3", "-c", ALIKE)
    try:
        found, _ = inside(program.pid)
        counts = {kind["name"]: kind["count"] for kind in found["types"] if kind["name"].endswith("Twin")}
        tap.check(counts == {"__main__.Twin": 3000, "other.Twin": 500}, "types of one name are told apart",
                  [str(counts)])
        for name, count, path in (("__main__.Twin", 3000, "a list of 3,000 entries, key 'ours'"),
                                  ("other.Twin", 500, "a dict of 500 entries, key 'theirs'")):
            found, _ = inside(program.pid, "--holders", name)
            tap.check(found.get("count") == count and found["holders"][0]["path"].startswith(path),
                      f"{name}: its own holders", [str(found)[:500]])
        found, _ = inside(program.pid, "--holders", "Twin")
        why = str(found.get("unknown"))
        tap.check("these are __main__.Twin; 500 more" in why, "of a name alone it is said which are meant", [why])
    finally:
        program.end()


# push 29; pop eax; int 0x80: pause(2), for machines of 32 bits
NARROW_CODE = bytes.fromhex("6a1d58cd80ebf9")


def check_narrow(folder):
    """A program of 32 bits is said to be one."""
    start = 0x8048000
    head = b"\x7fELF\x01\x01\x01" + bytes(9) + struct.pack(
        "<HHIIIIIHHHHHH", 2, 3, 1, start + 84, 52, 0, 0, 52, 32, 1, 40, 0, 0)
    size = 84 + len(NARROW_CODE)
    head += struct.pack("<IIIIIIII", 1, 0, start, start, size, size, 5, 4096)
    binary = os.path.join(folder, "narrow")
    with open(binary, "wb") as file:
        file.write(head + NARROW_CODE)
    os.chmod(binary, 0o755)
    try:
        child = subprocess.Popen([binary])
    except OSError:
        tap.skip("a program of 32 bits", "this kernel runs none")
        return
    try:
        found, _ = inside(child.pid)
        tap.check("32 bits" in str(found["unknown"]) and found["types"] == [] and
                  found["allocator"]["in_use"] is None, "a program of 32 bits is said to be one",
                  [str(found)[:500]])
    finally:
        child.kill()
        child.wait()


CLASSES = """
#include <cstdio>
#include <memory>
#include <unistd.h>
#include <vector>
namespace shop {
struct Shape { virtual ~Shape() {} double pad[4]; };
struct Circle : Shape {};
struct Square : Shape { double more[20]; };
template <typename T> struct Box { virtual ~Box() {} T value; };
}
int main() {
	std::vector<std::unique_ptr<shop::Shape>> kept;
	for (int i = 0; i < 1000; i++) {
		kept.push_back(std::make_unique<shop::Circle>());
		if (i % 4 == 0)
			kept.push_back(std::make_unique<shop::Square>());
		new shop::Box<int>();
		new shop::Box<double[9]>();
	}
	puts("ready");
	fflush(stdout);
	pause();
}
"""


def check_classes(folder):
    """Objects of C++ by class, without any symbol table."""
    compiler = shutil.which("g++")
    if compiler is None:
        tap.skip("C++ classes are counted", "no C++ compiler here")
        return
    for way in ([], ["-static"]):  # the latter: no library, and nothing exported
        binary = os.path.join(folder, "classes" + "".join(way))
        built = subprocess.run([compiler, "-O1", "-s", *way, "-x", "c++", "-o", binary, "-"], input=CLASSES,
                               encoding="utf-8", check=not way, stderr=subprocess.PIPE)
        name = "C++ classes are counted" + " of a static program" * bool(way)
        if built.returncode != 0:
            tap.skip(name, "no static libraries here")
            continue
        program = Program(binary)
        try:
            found, _ = inside(program.pid)
            classes = {t["name"]: t["count"] for t in found["types"] if t["kind"] == "class"}
            tap.check(classes.get("shop::Circle") == 1000 and classes.get("shop::Square") == 250 and
                      classes.get("shop::Box<>") == 2000 and
                      len(classes) == len([t for t in found["types"] if t["kind"] == "class"]),
                      name, [str(classes)])
        finally:
            program.end()


def main():
    with tempfile.TemporaryDirectory(prefix="memtop-inside.") as folder:
        check_heaps(0)
        check_heaps(3)
        check_heaps(0, "blocked")
        check_heaps(3, "blocked")
        check_storm(4, 5000)
        check_storm(16, 2000)
        check_growth()
        check_gains()
        check_crowd()
        check_recording(folder)
        check_refusals()
        check_off(folder)
        check_allocator()
        check_within(folder)
        check_alike()
        check_narrow(folder)
        check_classes(folder)
    tap.done()


if __name__ == "__main__":
    main()
