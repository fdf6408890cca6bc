import asyncio


async def count(name, seconds):
    for n in range(3):
        print("%s counts %s" % (name, n))
        await asyncio.sleep(seconds)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(count("A", 0.3))
        group.create_task(count("B", 0.5))
    print("Both have counted.")


if __name__ == "__main__":
    asyncio.run(main())
