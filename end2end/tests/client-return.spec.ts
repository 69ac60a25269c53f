// Stock clients of three languages come back by themselves after the server has ended, politely or not. Engine.IO's
// close packet over a line that is still open would tell some of them not to.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { expect, test } from '../fixtures.ts';
import { needsPython, needsRust, python, rust, type Program } from '../fixtures/others.ts';
import type { Server } from '../fixtures/server.ts';
import { ask, client, connected, next, type Accepted } from '../fixtures/stock.ts';

test.skip(!!process.env.CHAT_URL, 'ends its server');

const TRANSPORTS = ['polling', 'websocket', 'upgrade'];
const ENDS: [string, (server: Server) => Promise<unknown>][] = [
  ['SIGTERM', (server) => server.stop()],
  ['kill -9', (server) => server.kill9()],
];

test.use({ options: { welcome: 'Oi cliente!' } });

/** Starts `program`, ends the server once it is greeted, starts the server again, and gives what the program says then. */
async function comesBack(program: Program, chat: Server, transport: string, end: (server: Server) => Promise<unknown>) {
  const child = spawn(program.command, [...program.before, chat.url, transport], {
    env: program.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value ?? 'null');
  try {
    expect(await line()).toEqual(['Oi cliente!']);
    await end(chat);
    await chat.start();
    expect(await line(), 'greeted again').toEqual(['Oi cliente!']);
    expect(await line()).toEqual({ ok: expect.objectContaining({ room: 'lobby', duplicate: false }) });
  } finally {
    child.kill();
  }
}

for (const [name, end] of ENDS) {
  test.describe(`after ${name}`, () => {
    for (const transport of TRANSPORTS) {
      test(`socket.io-client comes back by ${transport}`, async ({ chat }) => {
        const transports = transport === 'upgrade' ? ['polling', 'websocket'] : [transport];
        const socket = client(chat.url, { transports, reconnectionDelay: 100, reconnectionDelayMax: 1_000 });
        const greeting = next(socket, 'sent');
        await connected(socket);
        expect(await greeting).toEqual(['Oi cliente!']);
        const again = next(socket, 'sent');
        await end(chat);
        await chat.start();
        expect(await again).toEqual(['Oi cliente!']);
        await ask<Accepted>(socket, 'message', 'de volta');
        socket.disconnect();
      });
    }

    test.describe('python-socketio', () => {
      needsPython();
      for (const transport of TRANSPORTS) {
        test(`comes back by ${transport}`, ({ chat }) => comesBack(python('stay'), chat, transport, end));
      }
    });

    test.describe('rust_socketio', () => {
      needsRust();
      for (const transport of TRANSPORTS) {
        test(`comes back by ${transport}`, ({ chat }) => comesBack(rust('stay'), chat, transport, end));
      }
    });
  });
}
