import asyncio

semaphore = asyncio.Semaphore(3)
lock = asyncio.Lock()
active = 0
peak = 0


async def download(n):
    global active, peak
    async with semaphore:
        await lock.acquire()
        active += 1
        peak = max(peak, active)
        lock.release()
        await asyncio.sleep(0.5)
        await lock.acquire()
        active -= 1
        print("Download %s done." % n)
        lock.release()


async def main():
    threads = [asyncio.create_task(download(n)) for n in range(10)]
    await asyncio.wait(threads)
    print("%s downloads, at most %s at the same time." % (len(threads), peak))


asyncio.run(main())
