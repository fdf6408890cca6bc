"""From programs of greenlets or threads to coroutines: which functions become `async def`, which calls are awaited.

Recognisers read the module by a vocabulary (`tables`) and note in a `Draft` what each place becomes, which places wait,
and what stands in the way. `colours` then follows the waiting from callee to caller until it reaches the entry
(`entry`), and `plan` hands out matches of one group, or, where anything stands in the way, advice alone: a program that
is half greenlets and half coroutines does not run.
"""
