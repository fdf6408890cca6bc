from multiprocessing import Pool, cpu_count
def f(x):
    if x == 3:
        raise ValueError('bad %d' % x)
    return x * 2
def run():
    pool = Pool(3)
    try:
        jobs = {}
        for n in range(5):
            jobs[n] = pool.apply_async(f, (n,), {})
        for n in sorted(jobs):
            try:
                r = jobs[n].get(timeout=10); print n, r
            except ValueError, e:
                print n, 'failed', e
    finally:
        # no more
        pool.close()
        pool.join() # all done
    print 'end'
if __name__ == '__main__':
    run()
