// An official Socket.IO server that does what a test asks for.
//
// Usage: node server.mjs ['{"port":0,"pingInterval":25000,"pingTimeout":20000,"recovery":false}']
// Prints {"port":N} on one line when it listens, then a line for each socket that comes or goes, and exits
// when its standard input ends. Any origin may connect: it is for tests on this machine.

import { createServer } from "node:http";
import { Server } from "socket.io";

const options = JSON.parse(process.argv[2] ?? "{}");
const say = (line) => console.log(JSON.stringify(line));

const http = createServer((_request, response) => response.writeHead(404).end());
const io = new Server(http, {
  cors: { origin: true, credentials: true },
  pingInterval: options.pingInterval ?? 25_000,
  pingTimeout: options.pingTimeout ?? 20_000,
  connectionStateRecovery: options.recovery ? {} : undefined,
});

io.use((socket, next) => {
  const { refuse } = socket.handshake.auth;
  if (!refuse) return next();
  next(Object.assign(new Error(refuse), { data: { code: 7, why: ["tests"] } }));
});

const behaviour = {
  /** Answers with what it was given. */
  echo: (_socket, ...args) => args.pop()(...args),
  /** Sends back what it was given, as an event. */
  mirror: (socket, ...args) => socket.emit("mirrored", ...args),
  /** Asks the client, and sends what the client answers. */
  ask: (socket, ...args) => socket.emit("question", ...args, (...answer) => socket.emit("answered", ...answer)),
  /** Never answers. */
  silent: () => {},
  who: (socket, answer) => {
    const { auth, headers, query } = socket.handshake;
    answer({ auth, cookie: headers.cookie, origin: headers.origin, query, id: socket.id });
  },
  kick: (socket) => socket.disconnect(),
  /** Closes the transport under the socket. */
  drop: (socket) => socket.conn.close(),
  /** Sends a packet of the test's own making. */
  raw: (socket, packet) => socket.conn.write(packet),
  binary: (socket) => socket.emit("bytes", Buffer.from([1, 2, 3])),
  /** Sends no more PINGs. */
  mute: (socket) => clearTimeout(socket.conn.pingIntervalTimer),
  /** To everybody, so that recovery counts it. */
  announce: (_socket, ...args) => io.emit("announced", ...args),
};

io.on("connection", (socket) => {
  say({ connected: socket.recovered ? "again" : "anew" });
  socket.on("disconnect", (reason) => {
    say({ disconnected: reason });
    if (options.recovery) io.emit("announced", "while away");
  });
  for (const [name, act] of Object.entries(behaviour)) socket.on(name, (...args) => act(socket, ...args));
});

http.listen(options.port ?? 0, "127.0.0.1", () => say({ port: http.address().port }));
process.stdin.on("end", () => process.exit()).resume();
