import asyncio


async def task(n):
    print("Task %s starting" % n)
    await asyncio.sleep(1)
    print("Task %s done" % n)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(task(1))
        group.create_task(task(2))


asyncio.run(main())
