import threading


class Account(object):
    def __init__(self):
        self.balance = 0
        self.lock = threading.RLock()

    def deposit(self, amount):
        self.lock.acquire()
        try:
            self.balance += amount
        finally:
            self.lock.release()

    def deposit_all(self, amounts):
        self.lock.acquire()
        try:
            for amount in amounts:
                self.deposit(amount)  # acquires the lock a second time
        finally:
            self.lock.release()


if __name__ == "__main__":
    account = Account()
    threads = []
    for name in ("Alice", "Bob"):
        t = threading.Thread(target=account.deposit_all, args=([10, 20, 30],), name=name)
        threads.append(t)
        t.start()
    for t in threads:
        t.join()
        print("%s has deposited." % t.name)
    print("The balance is %s." % account.balance)
