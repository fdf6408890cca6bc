import threading
class Counter(object):
	def __init__(self):
		self.cond = threading.Condition()
		self.n = 0
	def wait_for(self, n):
		self.cond.acquire()
		while self.n < n:
			self.cond.wait(0.1)
		self.n = 10
		self.cond.release()
	def add(self):
		self.cond.acquire()
		try:
			self.n += 1
			text = """
	tab
"""
			if self.n == 2:
				self.cond.notify_all()
				return text
		finally:
			self.cond.release()
c = Counter()
t = threading.Thread(target=c.wait_for, args=(2,))
t.start()
c.add()
print repr(c.add())
t.join()
print c.n
