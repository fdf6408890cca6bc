import gevent

def beat():
    try:
        while True:
            print 'beat'
            gevent.sleep(0.1)
    finally:
        print 'stopped'

heart = gevent.spawn(beat)
gevent.sleep(0.25)
heart.kill()
print heart.ready()
