// What the chat is measured against: npm's socket.io, which passes on what it is told in the form of our own notice, and
// stores nothing.

import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"] });
let seq = 0;

io.on("connection", (socket) => {
  const author = { id: randomUUID(), name: "Visitante 1234", role: "guest", hue: 7 };
  socket.on("message", (text, answer) => {
    seq += 1;
    const record = {
      room: "lobby",
      seq,
      at: Date.now(),
      key: randomUUID(),
      author,
      richText: [{ type: "paragraph", children: [{ type: "text", text }] }],
      attachments: [],
    };
    io.emit("sent", text, record);
    answer?.({ ok: { room: "lobby", seq, at: record.at, key: record.key } });
  });
});

http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}`));
