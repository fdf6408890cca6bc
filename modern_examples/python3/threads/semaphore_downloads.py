import threading, time

semaphore = threading.Semaphore(3)
lock = threading.Lock()
active = 0
peak = 0


def download(n):
    global active, peak
    semaphore.acquire()
    try:
        lock.acquire()
        active += 1
        peak = max(peak, active)
        lock.release()
        time.sleep(0.5)
        lock.acquire()
        active -= 1
        print("Download %s done." % n)
        lock.release()
    finally:
        semaphore.release()


threads = [threading.Thread(target=download, args=(n,)) for n in range(10)]
for t in threads:
    t.daemon = True
    t.start()
for t in threads:
    t.join()
print("%s downloads, at most %s at the same time." % (len(threads), peak))
