"""What docker-py's users do, against the daemon that DOCKER_HOST names."""
import docker
from docker.errors import APIError, ContainerError, ImageNotFound, NotFound

client = docker.from_env(version="auto", timeout=60)
assert client.ping()
assert client.version()["ApiVersion"]
assert client.info()["Driver"] == "overlay2"

# run: output, exit codes, removal
assert client.containers.run("busybox", ["echo", "hello"], network_mode="none", remove=True) == b"hello\n"
try:
    client.containers.run("busybox", ["sh", "-c", "echo bad >&2; exit 4"], network_mode="none", remove=True)
    raise AssertionError("no ContainerError")
except ContainerError as e:
    assert e.exit_status == 4 and e.stderr == b"bad\n", e
try:
    client.containers.run("busybox", ["no-such-program"], network_mode="none", remove=True)
    raise AssertionError("no APIError")
except APIError as e:
    assert "executable file not found" in str(e), e
try:
    client.images.get("not-there")
    raise AssertionError("no ImageNotFound")
except ImageNotFound:
    pass

# a life: create, start, exec, logs, stop, wait, remove
c = client.containers.create("busybox", ["sh", "-c", "trap 'exit 3' TERM; echo up; while :; do usleep 10000; done"],
                             name="py", network_mode="none", environment={"A": "b"}, labels={"k": "v"})
assert c.status == "created"
c.start()
c.reload()
assert c.status == "running"
code, out = c.exec_run(["sh", "-c", "echo $A; exit 6"])
assert (code, out) == (6, b"b\n"), (code, out)
code, out = c.exec_run(["sh", "-c", "echo o; echo e >&2"], demux=True)
assert out == (b"o\n", b"e\n"), out
assert [x.id for x in client.containers.list(filters={"label": "k=v"})] == [c.id]
for line in c.logs(stream=True, follow=True):
    assert line == b"up\n"
    break
c.stop(timeout=5)
assert c.wait()["StatusCode"] == 3
assert c.logs() == b"up\n"
c.rename("python")
assert client.containers.get("python").id == c.id
c.remove()
try:
    client.containers.get("python")
    raise AssertionError("no NotFound")
except NotFound:
    pass

# attach by socket, with standard input
c = client.containers.create("busybox", ["cat"], stdin_open=True, network_mode="none")
s = c.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
c.start()
s._sock.sendall(b"through the socket\n")
seen = b""
while b"socket\n" not in seen:
    chunk = s._sock.recv(4096)
    assert chunk, "closed early"
    seen += chunk
assert seen[8:] == b"through the socket\n", seen
c.kill()
c.remove()

# events
import time
since = time.time() - 1
client.containers.run("busybox", ["true"], network_mode="none", remove=True)
actions = [e["Action"] for e in client.events(since=since, until=time.time() + 1, decode=True) if e["Type"] == "container"]
for wanted in ("create", "start", "die", "destroy"):
    assert wanted in actions, actions

# networks
pool = docker.types.IPAMPool(subnet="10.71.0.0/24", gateway="10.71.0.1")
net = client.networks.create("py-net", driver="bridge", ipam=docker.types.IPAMConfig(pool_configs=[pool]), labels={"a": "b"})
assert [n.name for n in client.networks.list(filters={"label": "a=b"})] == ["py-net"]
c = client.containers.run("busybox", ["sleep", "1000"], detach=True, network="py-net", ports={"80/tcp": None, "53/udp": ("127.0.0.1", 5353)})
c.reload()
assert c.ports["80/tcp"][0]["HostPort"].isdigit(), c.ports
assert c.ports["53/udp"] == [{"HostIp": "127.0.0.1", "HostPort": "5353"}], c.ports
assert c.attrs["NetworkSettings"]["Networks"]["py-net"]["IPAddress"].startswith("10.71.0."), c.attrs["NetworkSettings"]
net.reload()
assert [x.id for x in net.containers] == [c.id]
client.networks.get("bridge").connect(c)
net.disconnect(c)
net.remove()
c.remove(force=True)
assert client.networks.prune()["NetworksDeleted"] in (None, [])

# images
image = client.images.get("busybox")
assert image.tag("py/tagged", "one")
assert "py/tagged:one" in client.images.get(image.id).tags
client.images.remove("py/tagged:one")
print("all checked")
