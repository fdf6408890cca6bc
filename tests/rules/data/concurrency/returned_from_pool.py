from multiprocessing import Pool
def f(x):
    return x + 1
def run(xs):
    """Doc."""
    # two workers
    pool = Pool(2)

    # go
    return pool.map(f, xs)
def later(xs):
    pool = Pool(2)
    for x in xs:
        pool.apply_async(f, (x,))
def lines():
    pool = Pool(2)
    for x in pool.imap(f, range(4), 2):
        if x > 2: break
        yield x
    pool.close()
if __name__ == '__main__':
    print run([1, 2])
    print list(lines())
