"""The smallest conversation, by python-socketio. Prints what it saw as one line of JSON.

Usage: talk.py URL TRANSPORT, where TRANSPORT is `polling`, `websocket` or `upgrade` (polling, then WebSocket).
"""

import json
import queue
import sys

import socketio

DEADLINE = 10


def main(url: str, transport: str) -> None:
    transports = ["polling", "websocket"] if transport == "upgrade" else [transport]
    heard: queue.Queue[tuple] = queue.Queue()
    client = socketio.Client(reconnection=False)
    client.on("sent", lambda *args: heard.put(args))
    client.connect(url, transports=transports, wait_timeout=DEADLINE)

    greeting = heard.get(timeout=DEADLINE)
    accepted = client.call("message", f"Oi de Python, por {transport}", timeout=DEADLINE)
    echo = heard.get(timeout=DEADLINE)
    renamed = client.call("rename", {"name": "Píton"}, timeout=DEADLINE)
    history = client.call("history", {"limit": 5}, timeout=DEADLINE)
    refused = client.call("message", {"no": "text"}, timeout=DEADLINE)

    print(
        json.dumps(
            {
                "transport": client.transport(),
                "greeting": greeting,
                "accepted": accepted,
                "echo": echo,
                "renamed": renamed,
                "history": history,
                "refused": refused,
            }
        )
    )
    client.disconnect()


if __name__ == "__main__":
    main(*sys.argv[1:])
