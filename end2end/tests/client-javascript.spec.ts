// The contract, as the stock JavaScript client sees it from Node: docs/PROTOCOL.md.
import { randomUUID } from 'node:crypto';

import { expect, test } from '../fixtures.ts';
import {
  ask,
  client,
  connected,
  expectRefused,
  greeted,
  next,
  stored,
  type Accepted,
  type Member,
  type Reply,
  type Sent,
} from '../fixtures/stock.ts';

const transports: [string, string[] | undefined][] = [
  ['polling alone', ['polling']],
  ['WebSocket alone', ['websocket']],
  ['polling, then the upgrade', undefined],
];

for (const [name, list] of transports) {
  test(`over ${name} the smallest client is greeted, speaks and hears itself`, async ({ chat }) => {
    const socket = client(chat.url, { transports: list ?? ['polling', 'websocket'] });
    const greeting = next(socket, 'sent');
    await connected(socket);
    expect(await greeting).toEqual(['Oi cliente!']);

    const heard = new Promise<[string, Sent]>((done) => {
      socket.on('sent', (text: string, record: Sent) => text === 'Oi servidor!' && done([text, record]));
    });
    const accepted = await ask<Accepted>(socket, 'message', 'Oi servidor!');
    expect(accepted).toEqual({
      room: 'lobby',
      seq: expect.any(Number),
      at: expect.any(Number),
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      duplicate: false,
    });
    const [, record] = await heard;
    expect(record).toMatchObject({
      room: 'lobby',
      seq: accepted.seq,
      key: accepted.key,
      at: accepted.at,
      attachments: [],
    });
    expect(record.author).toMatchObject({ name: expect.stringMatching(/^Visitante \d{4}$/), role: 'guest' });
    expect(record.richText).toEqual([{ t: 'p', c: ['Oi servidor!'] }]);
    const engine = socket.io.engine;
    if (!list && engine.transport.name === 'polling') await new Promise((done) => engine.once('upgrade', done));
    expect(engine.transport.name).toBe(list?.[0] ?? 'websocket');
    socket.disconnect();
  });
}

test('a request without an ack is carried out all the same', async ({ chat }) => {
  const socket = await connected(client(chat.url));
  const heard = new Promise((done) => socket.on('sent', (text: string) => text === 'sem resposta' && done(text)));
  socket.emit('message', 'sem resposta');
  await heard;
  socket.disconnect();
});

test('everybody hears everything in the order of its numbers, over both transports', async ({ chat }) => {
  const sockets = await Promise.all(
    ['polling', 'websocket'].map((name) => connected(client(chat.url, { transports: [name] }))),
  );
  const said = ['a', 'b', 'c', 'd'].map((word) => `${word} ${randomUUID()}`);
  const heard = sockets.map((socket) => {
    const seqs: number[] = [];
    return new Promise<number[]>((done) => {
      socket.on('sent', (text: string, record?: Sent) => {
        if (record && said.includes(text)) seqs.push(record.seq);
        if (seqs.length === said.length) done(seqs);
      });
    });
  });

  await Promise.all(said.map((text, index) => ask(sockets[index % 2]!, 'message', text)));

  const [first, second] = await Promise.all(heard);
  expect(first).toEqual([...first!].sort((one, other) => one - other));
  expect(second).toEqual(first);
  for (const socket of sockets) socket.disconnect();
});

test('the client bundle is served as it comes from its package', async ({ chat }) => {
  for (const name of ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js']) {
    const url = `${chat.url}/socket.io/${name}`;
    const answer = await fetch(url);
    expect(answer.status, name).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
    const etag = answer.headers.get('etag');
    expect(etag).toMatch(/^"/);
    expect(await answer.text()).toContain('Socket.IO v4.8.4');
    const again = await fetch(url, { headers: { 'if-none-match': etag! } });
    expect(again.status, name).toBe(304);
  }
  expect((await fetch(`${chat.url}/socket.io/other.js`)).status).toBe(404);
});

test('a client that says its version is greeted with who it is and where it may go', async ({ chat }) => {
  const { socket, hello } = await greeted(chat.url);
  expect(hello).toMatchObject({ v: 1, welcome: 'Oi cliente!', epoch: expect.any(String), token: expect.any(String) });
  expect(hello.you).toMatchObject({ name: expect.stringMatching(/^Visitante \d{4}$/), role: 'guest' });
  expect(hello.rooms).toEqual([expect.objectContaining({ id: 'lobby', name: 'Praça', kind: 'public' })]);
  expect(hello.heads).toEqual({ lobby: hello.rooms[0]!.head });
  socket.disconnect();
});

test('a token makes the same guest of a later connection, and keeps its keys its own', async ({ chat }) => {
  const first = await greeted(chat.url);
  const key = randomUUID();
  const accepted = await ask<Accepted>(first.socket, 'message', 'uma vez', { key });
  first.socket.disconnect();

  const second = await greeted(chat.url, { token: first.hello.token });
  expect(second.hello.you.id).toBe(first.hello.you.id);
  const again = await ask<Accepted>(second.socket, 'message', 'uma vez', { key });
  expect(again).toEqual({ ...accepted, duplicate: true });
  await expectRefused(second.socket, 'key_conflict', 'message', 'outra coisa', { key });
  second.socket.disconnect();
});

test("a token that is nobody's and a version that is unknown are refused with a code", async ({ chat }) => {
  await expect(connected(client(chat.url, { auth: { v: 1, token: 'x'.repeat(43) } }))).rejects.toThrow('unauthorized');
  await expect(connected(client(chat.url, { auth: { v: 99 } }))).rejects.toThrow('version_unsupported');
});

test('a name is told to the others, and history and sync tell the same story', async ({ chat }) => {
  const { socket, hello } = await greeted(chat.url);
  const other = await greeted(chat.url);
  const from = hello.heads.lobby!;
  const { seq: before } = await ask<Accepted>(socket, 'message', 'primeiro');
  const renamed = next<[{ room: string; seq: number; who: string; name: string }]>(other.socket, 'renamed');
  const { you } = await ask<{ you: Member }>(socket, 'rename', { name: 'Tomás', key: randomUUID() });
  expect(you).toMatchObject({ id: hello.you.id, name: 'Tomás' });
  expect((await renamed)[0]).toMatchObject({ room: 'lobby', who: hello.you.id, name: 'Tomás' });
  const { seq: after } = await ask<Accepted>(socket, 'message', 'segundo', { room: 'lobby', replyTo: before });

  const page = await ask<{ epoch: string; head: number; messages: (Sent & { body: string; replyTo?: number })[] }>(
    socket,
    'history',
    { around: after, limit: 10 },
  );
  expect(page.epoch).toBe(hello.epoch);
  expect(page.messages.find(({ seq }) => seq === after)).toMatchObject({
    body: 'segundo',
    replyTo: before,
    author: expect.objectContaining({ name: 'Tomás' }),
  });

  const { rooms } = await ask<{
    rooms: Record<string, { after: number; head: number; events: [string, ...unknown[]][] }>;
  }>(socket, 'sync', { cursors: { lobby: from } });
  const lobby = rooms.lobby!;
  expect(lobby.after).toBe(from);
  const seqs = lobby.events.map(([, ...args]) => (args.at(-1) as { seq: number }).seq);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => from + 1 + index));
  expect(lobby.events.find(([event, text]) => event === 'sent' && text === 'segundo')).toBeTruthy();
  expect(lobby.events.some(([event]) => event === 'renamed')).toBe(true);

  const joined = await ask<{ room: { id: string }; members: Member[]; messages: unknown[] }>(socket, 'join', {
    room: 'lobby',
  });
  expect(joined.room.id).toBe('lobby');
  expect(joined.members).toContainEqual(expect.objectContaining({ id: hello.you.id }));
  socket.disconnect();
  other.socket.disconnect();
});

test('who speaks too often waits, is told when to come back, and is served again', async ({ chat }) => {
  test.skip(!!process.env.CHAT_URL, 'needs the limits of an unused server');
  const socket = await connected(client(chat.url));
  const replies: Reply<Accepted>[] = await Promise.all(
    Array.from({ length: 30 }, (_, index) => socket.timeout(20_000).emitWithAck('message', `depressa ${index}`)),
  );
  const refusals = replies.flatMap(({ error }) => error ?? []);
  expect(replies.slice(0, 8).every(({ ok }) => ok)).toBe(true);
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) {
    expect(refusal).toEqual({ code: 'rate_limited', retryable: true, retryAfterMs: expect.any(Number) });
  }
  const wait = Math.max(...refusals.map(({ retryAfterMs }) => retryAfterMs!));
  expect(wait).toBeLessThanOrEqual(1_000);
  await expect(async () => ask(socket, 'message', 'devagar')).toPass({ intervals: [wait] });
  socket.disconnect();
});

test('what is refused without an ack is told by a notice', async ({ chat }) => {
  const socket = await connected(client(chat.url));
  const refused = next(socket, 'refused');
  socket.emit('chat message', 'oi');
  expect(await refused).toEqual([{ event: 'chat message', code: 'bad_request' }]);
  socket.disconnect();
});

test.describe('without limits', () => {
  test.use({ options: { unlimited: true } });
  test.skip(!!process.env.CHAT_URL, 'needs a server without limits of its own');

  for (const [name, list] of transports) {
    for (const acked of [false, true]) {
      const how = acked ? 'each with an ack' : 'without an ack';
      test(`2,000 messages sent at once over ${name}, ${how}, are all stored, in their order`, async ({ chat }) => {
        const texts = Array.from({ length: 2_000 }, (_, index) => `m${index}`);
        const socket = await connected(client(chat.url, { transports: list ?? ['polling', 'websocket'] }));
        const ended = next(socket, 'disconnect').then(([reason]) => reason);
        const heard = new Promise((done) => socket.on('sent', (text: string) => text === texts.at(-1) && done('all')));
        const accepted: number[] = [];
        for (const text of texts) {
          if (acked) socket.emit('message', text, ({ ok }: Reply<Accepted>) => accepted.push(ok!.seq));
          else socket.emit('message', text);
        }
        expect(await Promise.race([heard, ended])).toBe('all');
        if (acked) await expect.poll(() => accepted.length).toBe(texts.length);
        const { bodies, seqs } = await stored(chat.url);
        expect(bodies.filter((body) => body.startsWith('m'))).toEqual(texts);
        if (acked) expect(accepted).toEqual(seqs);
        socket.disconnect();
      });
    }
  }
});
