from multiprocessing import Process, Value
import threading
total = Value('i', 0)
def add():
    with total.get_lock():
        total.value += 1
def main():
    ps = [Process(target=add) for _ in range(3)]
    for p in ps: p.start()
    for p in ps: p.join()
    print total.value
main()
