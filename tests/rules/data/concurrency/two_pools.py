from multiprocessing import Pool
from multiprocessing.pool import ThreadPool
def f(x):
    return 10 // x
if __name__ == '__main__':
    a = Pool(2)
    b = ThreadPool()
    try:
        print a.map(f, [1, 0])
    except ZeroDivisionError, e:
        print 'zero', e
    print b.map(f, [1, 2])
    a.close()
    a.join()
    res = b.map_async(f, [5])
    print res.get()
    b.close()
    b.join()
    for n in (1, 2):
        p = Pool(n)
        rs = []
        for i in range(1, 3):
            rs.append(p.apply_async(f, [i]))
        for r in rs:
            print r.get()
        p.close()
        p.join()
