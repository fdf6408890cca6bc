from gevent import monkey; monkey.patch_all()
import gevent
import time, Queue, threading

class Room(object):
    def __init__(self):
        self.lines = Queue.Queue()
        self.lock = threading.Lock()

    def say(self, who, what):
        with self.lock:
            self.lines.put((who, what))

    def show(self):
        while True:
            who, what = self.lines.get()
            print '%s: %s' % (who, what)

room = Room()

def talk(who):
    for n in range(2):
        time.sleep(0.01)
        room.say(who, 'line %d' % n)

screen = gevent.spawn(room.show)
gevent.joinall([gevent.spawn(talk, who) for who in ('ann', 'bob')])
time.sleep(0.05)
screen.kill()
