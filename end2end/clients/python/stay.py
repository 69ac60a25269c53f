"""A client that comes back by itself, by python-socketio. Prints a line at every greeting, says one thing after the
second one, prints the answer and ends.

Usage: stay.py URL TRANSPORT, where TRANSPORT is `polling`, `websocket` or `upgrade` (polling, then WebSocket).
"""

import json
import queue
import sys

import socketio

DEADLINE = 60


def main(url: str, transport: str) -> None:
    transports = ["polling", "websocket"] if transport == "upgrade" else [transport]
    greetings: queue.Queue[tuple] = queue.Queue()
    client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=1)
    # A greeting has one argument; what people say has two.
    client.on("sent", lambda *args: greetings.put(args) if len(args) == 1 else None)
    client.connect(url, transports=transports, wait_timeout=DEADLINE)
    for _ in range(2):
        print(json.dumps(greetings.get(timeout=DEADLINE)), flush=True)
    print(json.dumps(client.call("message", f"De volta em Python, por {transport}", timeout=DEADLINE)), flush=True)
    client.disconnect()


if __name__ == "__main__":
    main(*sys.argv[1:])
