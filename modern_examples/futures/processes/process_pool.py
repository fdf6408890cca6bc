import os, time, random
from concurrent.futures import ProcessPoolExecutor


def long_time_task(name):
    print("Run task %s (%s)..." % (name, os.getpid()))
    start = time.time()
    time.sleep(random.random() * 3)
    end = time.time()
    print("Task %s runs %0.2f seconds." % (name, end - start))


if __name__ == "__main__":
    print("Parent process %s." % os.getpid())
    with ProcessPoolExecutor() as p:  # defaults to CPU count
        for i in range(5):
            p.submit(long_time_task, i)
        print("Waiting for all subprocesses done...")
    print("All subprocesses done.")
