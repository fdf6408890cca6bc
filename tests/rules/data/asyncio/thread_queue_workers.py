from Queue import Queue
from threading import Thread
import time

orders = Queue()
baked = []

def baker():
    while True:
        order = orders.get()
        time.sleep(0.02)
        baked.append(order * 2)
        orders.task_done()

for number in range(3):
    t = Thread(target=baker)
    t.setDaemon(True)
    t.start()

for order in range(8):
    orders.put(order)

orders.join()
print sorted(baked)
