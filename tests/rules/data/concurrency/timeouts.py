import multiprocessing
from multiprocessing import Pool
import time
def slow(x):
    time.sleep(0.5)
    return x
def show(r):
    print 'cb', r
if __name__ == '__main__':
    pool = Pool(2)
    r = pool.apply_async(slow, [1])
    try:
        print r.get(timeout=0.05)
    except multiprocessing.TimeoutError:
        print 'timeout', r.ready()
    r.wait()
    print r.ready(), r.successful(), r.get()
    pool.close()
    pool.join()
