import subprocess

p = subprocess.Popen(['grep', 'python'], stdin=subprocess.PIPE)
p.communicate('python subprocess module\n')
