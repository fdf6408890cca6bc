import multiprocessing as mp
def cube(x):
    return x ** 3
def main():
    pool = mp.Pool(processes=4)
    results = [pool.apply_async(cube, args=(x,)) for x in range(1, 7)]
    output = [p.get() for p in results]
    print output
if __name__ == '__main__':
    main()
