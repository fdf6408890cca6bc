import threading, time

COUNT = 4
lock = threading.Lock()
total = []

def work(n, step=1):
    """Adds."""
    try:
        time.sleep(0.01)
        with lock:
            total.append(10 // n * step)
    except Exception, error:
        print 'failed', error

threads = []
for n in range(COUNT):
    t = threading.Thread(target=work, args=(n,))
    t.start()
    threads.append(t)
for t in threads:
    t.join()
print sorted(total)

def again():
    workers = [threading.Thread(target=work, args=(n, 2)) for n in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

again()
print sorted(total)
