import eventlet
eventlet.monkey_patch()
import time

def fetch(n):
    time.sleep(0.02 * n)
    print 'fetched', n

pool = eventlet.GreenPool(2)
for n in range(4):
    pool.spawn_n(fetch, n)
pool.waitall()

parcels = eventlet.Queue()

def send():
    for n in range(3):
        parcels.put(n)
        eventlet.sleep(0)

sender = eventlet.spawn(send)
for n in range(3):
    print 'got', parcels.get()
sender.wait()
