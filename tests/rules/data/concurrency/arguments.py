from multiprocessing import Pool
import signal
def init(x):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
def f(a, b=2, *c, **d):
    return (a, b, c, sorted(d.items()))
class Runner(object):
    def __init__(self):
        self.pool = Pool(2)
    def go(self):
        return self.pool.map(f, [1, 2])
def passed(pool):
    return pool.map(f, [1])
def helper():
    p = Pool(2, init, (1,))
    a = (1, 2, 3)
    k = {'x': 1}
    print p.apply(f, a, k)
    print p.apply(f, (1,), {'b': 5, 'z': 9})
    print p.apply(f, [1])
    print p.map_async(f, [1, 2], 2).get(999)
    p.close()
    p.join()
    p = Pool()
    print max(p.map(f, [4, 5], chunksize=1))
    p.close()
    p.join()
if __name__ == '__main__':
    helper()
    p = Pool(1)
    print passed(p)
    p.close(); p.join()
    print Runner().go()
