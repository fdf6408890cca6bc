import threading
import time

class Sum(threading.Thread):
    def __init__(self, first, last):
        super(Sum, self).__init__()
        self.first = first
        self.last = last
        self.total = None

    def run(self):
        time.sleep(0.02)
        self.total = sum(range(self.first, self.last))

if __name__ == '__main__':
    sums = [Sum(0, 10), Sum(10, 20)]
    for s in sums:
        s.start()
    for s in sums:
        s.join()
    print [s.total for s in sums]
