import asyncio

semaphore = asyncio.Semaphore(3)
lock = asyncio.Lock()
active = 0
peak = 0


async def download(n):
    global active, peak
    async with semaphore:
        async with lock:
            active += 1
            peak = max(peak, active)
        await asyncio.sleep(0.5)
        async with lock:
            active -= 1
            print("Download %s done." % n)


async def main():
    async with asyncio.TaskGroup() as group:
        threads = [group.create_task(download(n)) for n in range(10)]
    print("%s downloads, at most %s at the same time." % (len(threads), peak))


asyncio.run(main())
