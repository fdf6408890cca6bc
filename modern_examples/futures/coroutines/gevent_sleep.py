import gevent


def count(name, seconds):
    for n in range(3):
        print("%s counts %s" % (name, n))
        gevent.sleep(seconds)


def main():
    gevent.joinall(
        [
            gevent.spawn(count, "A", 0.3),
            gevent.spawn(count, "B", 0.5),
        ]
    )
    print("Both have counted.")


if __name__ == "__main__":
    main()
