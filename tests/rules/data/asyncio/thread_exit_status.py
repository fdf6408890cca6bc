import sys
import threading
import time

def pause(n):
    """Wait a little, and count."""
    time.sleep(0.01 * n)
    return n + 1

def count(label, times):
    total = 0
    for n in range(times):
        total += pause(n)
    sys.stdout.write('%s: %d\n' % (label, total))

def main(arguments):
    one = threading.Thread(target=count, args=('one', 3))
    two = threading.Thread(target=count, name='two', kwargs={'label': 'two', 'times': 4})
    one.start()
    two.start()
    one.join()
    two.join()
    return pause(2)

if __name__ == '__main__':
    sys.exit(main(sys.argv))
