import threading
import time

class Clock(threading.Thread):
    def __init__(self, name_of_it):
        threading.Thread.__init__(self)
        self.name_of_it = name_of_it

    def run(self):
        for n in range(2):
            time.sleep(0.02)
            print '%s: tick %d\n' % (self.name_of_it, n),

for label in ('a', 'b'):
    Clock(label).start()
print 'started\n',
