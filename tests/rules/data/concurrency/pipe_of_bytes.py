from multiprocessing import Process, Pipe
def child(conn):
    conn.send_bytes('raw')
    conn.send({'a': 1})
    conn.close()
a, b = Pipe()
p = Process(target=child, args=(b,))
p.start()
print len(a.recv_bytes()), a.recv()
p.join()
