import gevent
from gevent import Greenlet
from gevent.queue import Queue

class Actor(Greenlet):
    def __init__(self):
        Greenlet.__init__(self)
        self.inbox = Queue()

    def receive(self, message):
        raise NotImplementedError

    def _run(self):
        while True:
            self.receive(self.inbox.get())

class Upper(Actor):
    def receive(self, message):
        gevent.sleep(0.01)
        printer.inbox.put(message.upper())

class Printer(Actor):
    def receive(self, message):
        print message

upper = Upper()
printer = Printer()
upper.start()
printer.start()
for word in ('ham', 'eggs'):
    upper.inbox.put(word)
gevent.sleep(0.2)
print 'done'
