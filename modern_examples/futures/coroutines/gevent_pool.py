from gevent import monkey

monkey.patch_all()

import threading, urllib.request, urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from gevent.pool import Pool


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, format, *args):
        pass


def fetch(url):
    response = urllib.request.urlopen(url)
    print("Fetched %s: %s" % (urllib.parse.urlparse(url).path, response.getcode()))


server = HTTPServer(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever)
thread.daemon = True
thread.start()

urls = ["http://127.0.0.1:%s/page/%s" % (server.server_port, n) for n in range(10)]

pool = Pool(5)
for url in urls:
    pool.spawn(fetch, url)
pool.join()
print("All pages fetched.")
