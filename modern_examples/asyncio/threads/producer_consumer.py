import asyncio

queue = asyncio.Queue()


class Producer:
    async def run(self):
        for i in range(5):
            await queue.put(i)
            print("Produced %s" % i)
            await asyncio.sleep(1)


class Consumer:
    async def run(self):
        while True:
            item = await queue.get()
            print("Consumed %s" % item)
            queue.task_done()


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(Producer().run())
        group.create_task(Consumer().run())


asyncio.run(main())
