import time, threading


def loop():
    print("thread %s is running..." % threading.current_thread().name)
    for n in range(5):
        print("thread %s >>> %s" % (threading.current_thread().name, n))
        time.sleep(1)
    print("thread %s ended." % threading.current_thread().name)


print("thread %s is running..." % threading.current_thread().name)

thread = threading.Thread(target=loop, name="LoopThread")
thread.start()
thread.join()
print("thread %s ended." % threading.current_thread().name)
