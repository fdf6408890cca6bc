import threading, urllib.request, urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
import asyncio


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, format, *args):
        pass


async def fetch(url):
    response = await asyncio.to_thread(urllib.request.urlopen, url)
    print("Fetched %s: %s" % (urllib.parse.urlparse(url).path, response.getcode()))


server = HTTPServer(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever)
thread.daemon = True
thread.start()


async def main():
    urls = ["http://127.0.0.1:%s/page/%s" % (server.server_port, n) for n in range(10)]

    pool = set()
    for url in urls:
        while len(pool) >= 5:
            await asyncio.wait(pool, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(fetch(url))
        pool.add(task)
        task.add_done_callback(pool.discard)
    while pool:
        await asyncio.wait(pool)
    print("All pages fetched.")


asyncio.run(main())
