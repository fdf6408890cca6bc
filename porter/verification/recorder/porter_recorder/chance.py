"""Chance: an unseeded `random` draws the same on every Python, for each activity by itself.

The generator of an activity is seeded with its key. A program that seeds the module keeps what it asked for: from there on it
gets the one generator of the process, with the algorithms of its own Python.
"""

import binascii
import os

from porter_recorder import activities, hooks

_seed = 0
_made = {}


def install(seed):
    global _seed
    _seed = seed
    hooks.on_import("random", _tame)


def number_for(*words):
    """A number that depends on the words and on the run's seed, and on nothing else."""
    text = "\0".join([str(word) for word in words])
    return (binascii.crc32(text.encode("utf-8")) & 0xFFFFFFFF) * 2654435761 + _seed


def _tame(random):
    plain = random.Random
    plain_seed = plain.seed

    class ByActivity(plain):
        """The module's own generator: one for each activity, until somebody seeds it."""

        _by_key = None
        _seeded = False

        def _generator(self):
            key = (os.getpid(), activities.current().key)
            if self._by_key is None:
                self._by_key = {}
            found = self._by_key.get(key)
            if found is None:
                found = plain(number_for("module", key[1]))
                self._by_key[key] = found
            return found

        def seed(self, a=None, *version, **named):
            if a is None:
                self._by_key = {}
                self._seeded = False
            else:
                self._seeded = True
                plain_seed(self, a, *version, **named)
            self.gauss_next = None

        def setstate(self, state):
            self._seeded = True
            plain.setstate(self, state)

        def random(self):
            return plain.random(self) if self._seeded else self._generator().random()

        def getrandbits(self, k):
            return plain.getrandbits(self, k) if self._seeded else self._generator().getrandbits(k)

        def _randbelow(self, n):
            if self._seeded:
                return plain._randbelow(self, n)
            # As Python 2.7 does it, so that both draw the same.
            return int(self._generator().random() * n)

    def seed(self, a=None, *version, **named):
        """Random() without a seed: the how-manieth of its activity decides."""
        if a is None:
            key = (os.getpid(), activities.current().key)
            _made[key] = _made.get(key, 0) + 1
            a = number_for("instance", key[1], _made[key])
        return plain_seed(self, a, *version, **named)

    instance = ByActivity()
    hidden = random._inst
    for name, value in list(vars(random).items()):
        if getattr(value, "__self__", None) is hidden and hasattr(instance, name):
            setattr(random, name, getattr(instance, name))
    random._inst = instance
    system = getattr(random, "SystemRandom", None)
    plain.seed = seed
    if system is not None and "seed" not in vars(system):
        system.seed = plain_seed
