# unguarded
from multiprocessing import Process, Queue, Lock
import os, sys

NAMES = ['a', 'b']

def worker(q, lock, n):
    """doc
string"""
    lock.acquire()
    try:
        print >>sys.stderr, 'worker', n
    finally:
        lock.release()
    q.put(NAMES[n])

q = Queue()
lock = Lock()
procs = []
for n in range(2):
    p = Process(target=worker, args=(q, lock, n))
    p.start()
    procs.append(p)
text = """multi
  line"""
# wait for all
for p in procs:
    p.join()
print sorted([q.get(), q.get()]), text
