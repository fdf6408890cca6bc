import subprocess

p = subprocess.Popen(["grep", "python"], stdin=subprocess.PIPE, text=True)
p.communicate("python subprocess module\n")
