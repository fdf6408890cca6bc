import Queue, threading, time

belt = Queue.Queue(maxsize=2)

def pack():
    while 1:
        try:
            item = belt.get(timeout=0.5)
        except Queue.Empty:
            print 'belt is empty\n',
            return
        print 'packed %s\n' % item,
        time.sleep(0.01)

def load():
    for n in xrange(5):
        belt.put(n)
    print 'loaded\n',

a = threading.Thread(target=pack)
b = threading.Thread(target=load)
a.start(); b.start()
