import struct, subprocess, sys
from subprocess import PIPE, Popen
def run(*command):
    p = Popen(command, stdout=PIPE, stderr=PIPE)
    out, err = p.communicate()
    if p.returncode != 0:
        raise RuntimeError(err)
    return out
print run('echo', 'a b').strip().split(' ')
p = Popen(['tr', 'a-z', 'A-Z'], stdin=PIPE, stdout=PIPE)
print >>p.stdin, 'hello'
p.stdin.close()
for line in p.stdout:
    print line.rstrip('\n')
p.wait()
p = Popen('cat', stdin=PIPE, stdout=PIPE)
p.stdin.write('first\n')
print p.stdout.readline().strip() == 'first'
p.stdin.write('second\n')
line = p.stdout.readline()
print line.replace('second', '2nd').strip()
p.stdin.close()
print subprocess.check_output(['printf', 'x,y']).split(',')
data = subprocess.check_output(['printf', 'ABCD'])
print struct.unpack('>I', data)[0]
one = Popen(['printf', '3\\n1\\n2\\n'], stdout=PIPE)
two = Popen(['sort'], stdin=one.stdout, stdout=PIPE)
one.stdout.close()
output = two.communicate()[0]
print [int(n) for n in output.splitlines()], output.startswith('1')
