from multiprocessing.dummy import Pool as ThreadPool
import time
def fetch(n):
    time.sleep(0.1 * (3 - n))
    return n
pool = ThreadPool(4)
results = pool.map(fetch, [0, 1, 2])
print results
for r in pool.imap_unordered(fetch, xrange(3)):
    print 'got', r
print sorted(pool.imap_unordered(fetch, xrange(3), 1))
print list(pool.imap(fetch, range(3)))
pool.close()
pool.join()
