import asyncio


async def task(n):
    print("Task %s starting" % n)
    await asyncio.sleep(1)
    print("Task %s done" % n)


async def main():
    g1 = asyncio.create_task(task(1))
    g2 = asyncio.create_task(task(2))
    await asyncio.wait([g1, g2])


asyncio.run(main())
