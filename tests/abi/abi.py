"""The plain module in Python: abi.py MODULE KEYS EXPECTED RECEIPT."""
import json
import pathlib
import sys

from wasmtime import Engine, Instance, Module, Store

module, keys, expected, receipt = (pathlib.Path(path) for path in sys.argv[1:])
here = pathlib.Path(__file__).parent
NOW = 1_772_355_600_000

engine = Engine()
store = Store(engine)
compiled = Module.from_file(engine, str(module))
assert not compiled.imports, compiled.imports
abi = Instance(store, compiled, []).exports(store)
memory = abi["memory"]


def call(name, *arguments):
    return abi[f"leadstage_{name}"](store, *arguments)


def given(parts, act):
    """Calls with bytes in the module's memory, which are given back afterwards."""
    rooms = []
    for part in parts:
        room = call("allocate", len(part))
        memory.write(store, part, room & 0xFFFFFFFF)
        rooms.append((room, len(part)))
    came = act(*(number for room in rooms for number in room))
    for room in rooms:
        call("free", *room)
    return came


def answer(pointer):
    start = call("answer_data", pointer) & 0xFFFFFFFF
    said = bytes(memory.read(store, start, start + call("answer_size", pointer)))
    status = call("answer_status", pointer)
    call("answer_free", pointer)
    return status, said


playbook = given([(here / "playbook.json").read_bytes()], lambda *data: call("playbook_open", *data))
evidence = (here / "evidence.json").read_bytes().strip()
decided = answer(given([evidence], lambda *data: call("evaluate", playbook, *data, NOW, 1)))
assert decided == (0, expected.read_bytes().strip()), decided
verifier = given([keys.read_bytes()], lambda *data: call("verifier_open", *data))
assert call("verifier_add", verifier, playbook) == 0


def verify(text, now=NOW):
    return answer(given([text], lambda *data: call("verify", verifier, *data, now, 0, 0)))


text = receipt.read_bytes()
status, said = verify(text)
assert status == 0, said
assert json.loads(said)["decision"]["route"]["then"] == "book_meeting"
status, said = verify(text.replace(b"software", b"retail"))
assert (status, json.loads(said)["code"]) == (2, "altered")
status, said = verify(text, NOW + 600_000)
assert (status, json.loads(said)["code"]) == (2, "expired")
call("verifier_close", verifier)
call("playbook_close", playbook)
print("python: the plain module agrees")
