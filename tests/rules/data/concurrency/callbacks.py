from multiprocessing import Pool
def show(r):
    print 'cb', r
def slow(x): return x
if __name__ == '__main__':
    pool = Pool(2)
    for i in range(3):
        pool.apply_async(slow, (i,), callback=show)
    pool.close()
    pool.join()
