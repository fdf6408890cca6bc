import threading, time
from queue import Queue

queue = Queue()


class Producer(threading.Thread):
    def run(self):
        for i in range(5):
            queue.put(i)
            print("Produced %s" % i)
            time.sleep(1)


class Consumer(threading.Thread):
    def run(self):
        while True:
            item = queue.get()
            print("Consumed %s" % item)
            queue.task_done()


Producer().start()
Consumer().start()
