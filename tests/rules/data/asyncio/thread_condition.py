import threading, time

changed = threading.Condition()
shelf = []

def take():
    for n in range(3):
        with changed:
            while not shelf:
                changed.wait()
            print 'took %s\n' % shelf.pop(0),

def fill():
    for n in range(3):
        time.sleep(0.02)
        with changed:
            shelf.append(n)
            changed.notify()

taker = threading.Thread(target=take)
filler = threading.Thread(target=fill)
taker.start()
filler.start()
taker.join()
filler.join()
print 'shelf: %r' % shelf
