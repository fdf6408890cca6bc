import gevent
from gevent import Timeout

def slow():
    gevent.sleep(5)
    print 'never printed'

try:
    with Timeout(0.05):
        slow()
except Timeout:
    print 'too slow'

with gevent.Timeout(0.05, False):
    slow()
    print 'nor this'
print 'done'
