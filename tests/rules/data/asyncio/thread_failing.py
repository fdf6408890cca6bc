import threading, time

def divide(by):
    time.sleep(0.02 * (by + 1))
    print 'divided: %s\n' % (6 // by),

threads = []
for by in range(3):
    t = threading.Thread(target=divide, args=(by,))
    threads.append(t)
    t.start()
for t in threads:
    t.join()
print 'all joined'
