from multiprocessing import Pool
def f(x):
    return x + 1
def work(xs):
    return pool.map(f, xs)
if __name__ == '__main__':
    pool = Pool(2)
    print work([1, 2])
    r = pool.apply_async(f, (5,))
    if True:
        print r.get(3)
        pool.close()
        pool.join()
    print 'done'
