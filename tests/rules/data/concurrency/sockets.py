import socket, threading
from multiprocessing.connection import Client, Listener
def serve(server):
    connection, address = server.accept()
    data = connection.recv(100)
    connection.sendall('hello, ')
    connection.send(data)
    connection.close()
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(('127.0.0.1', 0))
server.listen(1)
t = threading.Thread(target=serve, args=(server,))
t.start()
client = socket.create_connection(server.getsockname())
client.sendall('world')
size = 0
while True:
    piece = client.recv(10)
    if not piece:
        break
    size += len(piece)
t.join()
client.close()
server.close()
print size
listener = Listener(('127.0.0.1', 0), authkey='secret')
def answer():
    c = listener.accept()
    c.send([1, 2, 3])
    c.close()
t = threading.Thread(target=answer)
t.start()
c = Client(listener.address, authkey='secret')
print c.recv()
t.join()
