import gevent
from gevent.pool import Pool

running = []

def square(n):
    running.append(n)
    assert len(running) <= 2
    gevent.sleep(0.02 * (4 - n))
    running.remove(n)
    return n * n

pool = Pool(2)
print pool.map(square, [1, 2, 3])
jobs = [pool.spawn(square, n) for n in range(3)]
pool.join()
print [job.value for job in jobs]
