from concurrent.futures import ProcessPoolExecutor


def func(x):
    return x * x


if __name__ == "__main__":
    size = 2
    iterable = range(5)

    with ProcessPoolExecutor(size) as p:
        print("map: %s" % list(p.map(func, iterable)))
        result = p.map(func, iterable)
        print("map_async: %s" % list(result))
        print("apply: %s" % p.submit(func, 6).result())
        result = p.submit(func, 7)
        print("apply_async: %s" % result.result())
        print("Pool closed.")
    print("Pool joined.")
