#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kept - objects of class Kept, held in one of the ways that Python programs leak by

usage: kept.py SHAPE [COUNT]

Prints "ready" once they are there, and then waits.  kept.py --shapes lists each shape with what its
holder has to be called: a regular expression, "-" where nobody holds them; "&" joins several, and "!"
comes before one that must not be there.
"""
import asyncio
import collections
import functools
import gc
import itertools
import logging
import logging.handlers
import queue
import sys
import threading
import time
import weakref
from xml.etree import ElementTree


class Kept:
    def __init__(self, number):
        self.number = number


class Slotted:
    __slots__ = ("inner",)

    def __init__(self, inner):
        self.inner = inner


def ready():
    print("ready", flush=True)


def wait():
    ready()
    time.sleep(600)


REGISTRY = {}
MANY = []
OTHER = []
ORDERED = collections.OrderedDict()
DEFAULT = collections.defaultdict(list)
RECENT = collections.deque()
MEMBERS = set()
PAIRS = ()
WEAK = weakref.WeakValueDictionary()
LOCAL = threading.local()
LINES = queue.Queue()
CYCLE = []


class Owner:
    table = []

    def __init__(self):
        self.parts = []
        self.by_name = {}


class SlotOwner:
    __slots__ = ("parts",)

    def __init__(self):
        self.parts = []


def module_dict(count):
    for i in range(count):
        REGISTRY[i] = Kept(i)


def class_attribute(count):
    Owner.table.extend(Kept(i) for i in range(count))


def make_closure(count):
    remembered = [Kept(i) for i in range(count)]

    def handler():
        return len(remembered)

    return handler


def closure(count):
    global HANDLER
    HANDLER = make_closure(count)


@functools.lru_cache(maxsize=None)
def lookup(number):
    return Kept(number)


@functools.lru_cache(maxsize=1 << 20)
def bounded(number):
    return Kept(number)


def lru_cache(count):
    for i in range(count):
        lookup(i)


def lru_cache_bounded(count):
    for i in range(count):
        bounded(i)


def thread_variable(count):
    def run():
        mine = [Kept(i) for i in range(count)]
        started.set()
        time.sleep(600)
        return mine

    started = threading.Event()
    threading.Thread(target=run, daemon=True).start()
    started.wait()


def thread_local(count):
    LOCAL.seen = [Kept(i) for i in range(count)]


async def worker(number):
    job = Kept(number)
    await asyncio.sleep(600)
    return job


async def supervisor(count):
    tasks = [asyncio.ensure_future(worker(i)) for i in range(count)]
    await asyncio.sleep(0.1)
    ready()
    await asyncio.gather(*tasks)


def asyncio_task(count):
    asyncio.run(supervisor(count))


def produce(number):
    held = Kept(number)
    yield 1
    yield held


def generator(count):
    for i in range(count):
        MANY.append(produce(i))
        next(MANY[-1])


class Recorder(logging.handlers.MemoryHandler):
    def emit(self, record):
        self.buffer.append(record)


def logging_handler(count):
    log = logging.getLogger("kept")
    log.propagate = False
    log.setLevel(logging.INFO)
    log.addHandler(Recorder(1 << 30))
    for i in range(count):
        log.info("line", extra={"subject": Kept(i)})


def weak_values(count):
    OTHER.extend(Kept(i) for i in range(count))
    for i, kept in enumerate(OTHER):
        WEAK[i] = kept
    del kept


def list_in_list(count):
    for i in range(count):
        MANY.append([[Kept(i)]])


def emptied_deque(count):
    """Blocks of a deque keep what was taken out."""
    for i in range(count):
        waiting = collections.deque([Kept(i)])
        OTHER.append(waiting.pop())
        MANY.append(waiting)


def two_holders(count):
    for i in range(count):
        kept = Kept(i)
        MANY.append(kept)
        REGISTRY[i] = kept


def nobody(count):
    gc.collect()
    gc.disable()
    for i in range(count):
        one, two = Kept(i), Kept(i)
        one.peer, two.peer = two, one


def c_extension(count):
    global FANNED
    FANNED = itertools.tee(Kept(i) for i in range(count))
    collections.deque(FANNED[0], maxlen=0)


def simple_queue(count):
    global PENDING
    PENDING = queue.SimpleQueue()
    for i in range(count):
        PENDING.put(Kept(i))


def deque(count):
    for i in range(count + 40):
        RECENT.append(Kept(i))
    for i in range(40):
        RECENT.popleft()


def ordered_dict(count):
    for i in range(count):
        ORDERED["user-%d@example.org" % i] = Kept(i)


def default_dict(count):
    for i in range(count):
        DEFAULT[i % 7].append(Kept(i))


def large_list(count):
    """Items in a mapping of their own."""
    OTHER.extend([None] * 100000)
    MANY.extend([None] * 100000)
    for i in range(count):
        MANY[i * 300] = Kept(i)


def set_members(count):
    MEMBERS.update(Kept(i) for i in range(count))


def tuple_items(count):
    global PAIRS
    PAIRS = tuple(Kept(i) for i in range(count))


def instance(count):
    global OWNER
    OWNER = Owner()
    for i in range(count):
        OWNER.by_name[str(i)] = Kept(i)


def wide_instance(count):
    """A namespace of 256 places, from which on a place takes more than a byte."""
    global OWNER
    OWNER = Owner()
    for i in range(120):
        setattr(OWNER, "field_%d" % i, None)
    OWNER.late = [Kept(i) for i in range(count)]


def slots(count):
    global SLOT_OWNER
    SLOT_OWNER = SlotOwner()
    for i in range(count):
        SLOT_OWNER.parts.append(Slotted(Kept(i)))


def default_value(count):
    global REMEMBER

    def remember(item=None, seen=[]):
        seen.append(item)

    REMEMBER = remember
    for i in range(count):
        remember(Kept(i))


def bound_method(count):
    for i in range(count):
        MANY.append(Kept(i).__init__)


def partial(count):
    for i in range(count):
        MANY.append(functools.partial(print, Kept(i)))


def many_pointing_back(count):
    app = Owner()
    OTHER.append(app)
    for i in range(count):
        kept = Kept(i)
        kept.app = app
        app.parts.append(kept)


def linked(count):
    global HEAD
    HEAD = None
    for i in range(count):
        kept = Kept(i)
        kept.next = HEAD
        HEAD = kept


def frame_variable(count):
    here = [Kept(i) for i in range(count)]
    wait()
    return here


def nested_coroutine(count):
    async def outer(number):
        return await worker(number)

    async def run():
        tasks = {asyncio.ensure_future(outer(i)) for i in range(count)}
        await asyncio.sleep(0.1)
        ready()
        await asyncio.wait(tasks)

    asyncio.run(run())


class Tree:
    def __init__(self, depth):
        self.value = Kept(depth)
        self.left = Tree(depth - 1) if depth else None
        self.right = Tree(depth - 1) if depth else None


def tree(_):
    """Kept at every depth: each by a way of its own."""
    global ROOT
    ROOT = Tree(10)


class Element(ElementTree.Element):
    pass


def xml_children(count):
    global DOCUMENT
    DOCUMENT = Element("root")
    for i in range(count):
        child = Element("few")
        child.subject = Kept(i)
        DOCUMENT.append(Element("child"))
        DOCUMENT[i].append(child)


def many_attributes(count):
    """Each has a name of its own."""
    global Wide
    Wide = type("Wide", (), {"field_%d" % i: Kept(i) for i in range(count)})


class Pair(tuple):
    pass


class Number(int):
    pass


def tuple_with_attribute(count):
    for i in range(count):
        MANY.append(Pair(range(i % 4)))
        MANY[-1].subject = Kept(i)


def number_with_attribute(count):
    for i in range(count):
        MANY.append(Number((-1) ** i * 10 ** (i % 40)))
        MANY[-1].subject = Kept(i)


class Data(threading.local):
    pass


def thread_local_subclass(count):
    global DATA
    DATA = Data()
    DATA.seen = [Kept(i) for i in range(count)]


def tee(count):
    global BEHIND
    first, BEHIND = itertools.tee(Kept(i) for i in range(min(count, 500)))
    for _ in first:
        pass


def module_gone(count):
    """As in a child that multiprocessing spawns: only functions know the namespace."""
    global PLUGIN
    space = {"__name__": "plugin", "Kept": Kept}
    exec("def load(count):\n global TABLE\n TABLE = [Kept(i) for i in range(count)]", space)
    space["load"](count)
    PLUGIN = space["load"]


MODULE = r"of module __main__"
SHAPES = {
    module_dict: r"key 'REGISTRY' " + MODULE,
    class_attribute: r"attribute 'table' of class Owner",
    closure: r"'remembered' in the closure of make_closure\.<locals>\.handler, key 'HANDLER' " + MODULE,
    lru_cache: r"an lru_cache, key 'lookup' " + MODULE + r"|_lru_cache_wrapper, key 'lookup' " + MODULE,
    lru_cache_bounded: r"(an lru_cache|_lru_cache_wrapper), key 'bounded' " + MODULE,
    thread_variable: r"local variable 'mine' of (thread_variable\.<locals>\.)?run",
    thread_local: r"attribute 'seen' of a thread's local data, key 'LOCAL' " + MODULE,
    asyncio_task: r"local variable 'job' of coroutine worker",
    generator: r"local variable 'held' of generator produce, a list.*, key 'MANY' " + MODULE,
    logging_handler: r"attribute 'subject' of LogRecord, a list.*, attribute 'buffer' of Recorder",
    weak_values: r"key 'OTHER' " + MODULE,
    list_in_list: r"a list.*, a list.*, a list.*, key 'MANY' " + MODULE,
    emptied_deque: r"^a list of [0-9,]+ entries, key 'OTHER' %s!deque" % MODULE,
    two_holders: r"key 'MANY' %s&key 'REGISTRY' %s" % (MODULE, MODULE),
    nobody: "-",
    c_extension: r"key 'FANNED' " + MODULE,
    simple_queue: r"key 'PENDING' " + MODULE,
    deque: r"a deque.*key 'RECENT' " + MODULE,
    ordered_dict: r"an OrderedDict.*key 'ORDERED' " + MODULE,
    default_dict: r"a list.*, a defaultdict.*key 'DEFAULT' " + MODULE,
    large_list: r"^a list of 100,000 entries, key 'MANY' " + MODULE,
    set_members: r"a set.*key 'MEMBERS' " + MODULE,
    tuple_items: r"a tuple.*key 'PAIRS' " + MODULE,
    instance: r"attribute 'by_name' of Owner, key 'OWNER' " + MODULE,
    wide_instance: r"attribute 'late' of Owner, key 'OWNER' " + MODULE,
    slots: r"attribute 'inner' of Slotted, a list.*, attribute 'parts' of SlotOwner, key 'SLOT_OWNER' " + MODULE,
    default_value: r"default values of function default_value\.<locals>\.remember, key 'REMEMBER' " + MODULE,
    bound_method: r"a bound method, a list.*, key 'MANY' " + MODULE,
    partial: r"a tuple.*, attribute 'args' of partial, a list.*, key 'MANY' " + MODULE,
    many_pointing_back: r"attribute 'parts' of Owner, a list.*, key 'OTHER' " + MODULE,
    linked: r"-|attribute 'next' of Kept.*key 'HEAD' " + MODULE,
    module_gone: r"a list.*, key 'TABLE' of module plugin",
    tree: r"attribute 'value' of Tree, within others of Tree, key 'ROOT' " + MODULE,
    xml_children: r"attribute 'subject' of Element, within others of Element, key 'DOCUMENT' " + MODULE,
    many_attributes: r"^an attribute of class Wide",
    tuple_with_attribute: r"attribute 'subject' of Pair, a list.*, key 'MANY' " + MODULE,
    number_with_attribute: r"attribute 'subject' of Number, a list.*, key 'MANY' " + MODULE,
    thread_local_subclass: r"a list.*, attribute 'seen' of a thread's local data, key 'DATA' " + MODULE,
    tee: r"_tee_dataobject.*key 'BEHIND' " + MODULE,
    frame_variable: r"local variable 'here' of frame_variable",
    nested_coroutine: r"local variable 'job' of coroutine worker, at work in coroutine .*outer",
}


def main():
    if sys.argv[1:] == ["--shapes"]:
        for shape, holder in SHAPES.items():
            print(shape.__name__, holder)
        return
    shape = globals()[sys.argv[1]]
    shape(int(sys.argv[2]) if len(sys.argv) > 2 else 3000)
    wait()


if __name__ == "__main__":
    main()
