import multiprocessing, sys
print 'main', len(sys.argv)
LIMIT = 3
def work(n):
    print 'work', n * LIMIT
def main(n):
    p = multiprocessing.Process(target=work, args=(n,))
    p.start()
    p.join()
for i in range(2):
    main(i)
def unused():
    pass
print 'end'
