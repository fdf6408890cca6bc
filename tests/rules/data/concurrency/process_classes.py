import multiprocessing
class Worker(multiprocessing.Process):
    def __init__(self, queue):
        multiprocessing.Process.__init__(self)
        self.queue = queue
    def run(self):
        self.queue.put('hello from worker')
class Bad(multiprocessing.Process):
    def __init__(self, fn):
        super(Bad, self).__init__()
        self.fn = fn
    def run(self):
        self.fn()
def say():
    print 'say'
if __name__ == "__main__":
    q = multiprocessing.Queue()
    w = Worker(q)
    w.start()
    print q.get()
    w.join()
    b = Bad(lambda: say())
    b.start(); b.join()
