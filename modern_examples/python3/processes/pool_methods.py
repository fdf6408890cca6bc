from multiprocessing import Pool


def func(x):
    return x * x


if __name__ == "__main__":
    size = 2
    iterable = range(5)

    p = Pool(size)
    print("map: %s" % p.map(func, iterable))
    result = p.map_async(func, iterable)
    print("map_async: %s" % result.get())
    print("apply: %s" % p.apply(func, args=(6,)))
    result = p.apply_async(func, args=(7,))
    print("apply_async: %s" % result.get())
    p.close()
    print("Pool closed.")
    p.join()
    print("Pool joined.")
