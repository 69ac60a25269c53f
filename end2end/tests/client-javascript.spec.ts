// The contract, as the stock JavaScript client sees it from Node: protocol.md sections 1, 3 and 4.
import { randomUUID } from 'node:crypto';

import type { Socket } from 'socket.io-client';

import { expect, test } from '../fixtures.ts';
import { ask, client, connected, next, type Accepted, type Reply } from '../fixtures/stock.ts';

interface Member {
  id: string;
  name: string;
  role: string;
}

interface Hello {
  v: number;
  epoch: string;
  welcome: string;
  you: Member;
  token?: string;
  rooms: { id: string; name: string; kind: string; head: number }[];
  heads: Record<string, number>;
}

interface Sent {
  room: string;
  seq: number;
  at: number;
  key: string;
  author: Member;
  richText: unknown;
  attachments: unknown[];
}

/** Refused with this code, and with nothing else. */
async function expectRefused(socket: Socket, code: string, event: string, ...args: unknown[]): Promise<void> {
  const reply: Reply<unknown> = await socket.timeout(10_000).emitWithAck(event, ...args);
  expect(reply, `${event}(${JSON.stringify(args).slice(0, 120)})`).toEqual({ error: { code, retryable: false } });
}

/** Connects as a client of version 1, and waits to be greeted. */
async function greeted(url: string, auth: object = {}): Promise<{ socket: Socket; hello: Hello }> {
  const socket = client(url, { auth: { v: 1, ...auth } });
  const hello = next<[Hello]>(socket, 'hello');
  await connected(socket);
  return { socket, hello: (await hello)[0] };
}

const transports: [string, string[] | undefined][] = [
  ['polling alone', ['polling']],
  ['WebSocket alone', ['websocket']],
  ['polling, then the upgrade', undefined],
];

for (const [name, list] of transports) {
  test(`over ${name} the smallest client is greeted, speaks and hears itself`, async ({ chat }) => {
    const socket = client(chat.url, { transports: list ?? ['polling', 'websocket'] });
    const greeting = next(socket, 'sent');
    const upgraded = list ? undefined : new Promise((done) => socket.io.engine?.once('upgrade', done) ?? socket.io.on('open', () => socket.io.engine.once('upgrade', done)));
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
    expect(record).toMatchObject({ room: 'lobby', seq: accepted.seq, key: accepted.key, at: accepted.at, attachments: [] });
    expect(record.author).toMatchObject({ name: expect.stringMatching(/^Visitante \d{4}$/), role: 'guest' });
    expect(record.richText).toEqual([{ t: 'p', c: ['Oi servidor!'] }]);
    await upgraded;
    expect(socket.io.engine.transport.name).toBe(list?.at(-1) ?? 'websocket');
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
  const sockets = await Promise.all(['polling', 'websocket'].map((name) => connected(client(chat.url, { transports: [name] }))));
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

test('a token that is nobody\'s and a version that is unknown are refused with a code', async ({ chat }) => {
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

  const page = await ask<{ epoch: string; head: number; messages: (Sent & { body: string; replyTo?: number })[] }>(socket, 'history', { around: after, limit: 10 });
  expect(page.epoch).toBe(hello.epoch);
  expect(page.messages.find(({ seq }) => seq === after)).toMatchObject({
    body: 'segundo',
    replyTo: before,
    author: expect.objectContaining({ name: 'Tomás' }),
  });

  const { rooms } = await ask<{ rooms: Record<string, { after: number; head: number; events: [string, ...unknown[]][] }> }>(socket, 'sync', { cursors: { lobby: from } });
  const lobby = rooms.lobby!;
  expect(lobby.after).toBe(from);
  const seqs = lobby.events.map(([, ...args]) => (args.at(-1) as { seq: number }).seq);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => from + 1 + index));
  expect(lobby.events.find(([event, text]) => event === 'sent' && text === 'segundo')).toBeTruthy();
  expect(lobby.events.some(([event]) => event === 'renamed')).toBe(true);

  const joined = await ask<{ room: { id: string }; members: Member[]; messages: unknown[] }>(socket, 'join', { room: 'lobby' });
  expect(joined.room.id).toBe('lobby');
  expect(joined.members).toContainEqual(expect.objectContaining({ id: hello.you.id }));
  socket.disconnect();
  other.socket.disconnect();
});

test.describe('without limits', () => {
  test.use({ options: { unlimited: true } });

  test('whatever is malformed is refused with its code, and harms nobody', async ({ chat }) => {
    const good = await connected(client(chat.url));
    const { socket: bad } = await greeted(chat.url);
    const deep = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`);
    const refused: [string, string, ...unknown[]][] = [
      ['bad_request', 'message'],
      ['bad_request', 'message', 42],
      ['bad_request', 'message', null],
      ['bad_request', 'message', true],
      ['bad_request', 'message', { body: 'Oi' }],
      ['bad_request', 'message', ['Oi']],
      ['bad_request', 'message', deep],
      ['bad_request', 'message', 'Oi', 'lobby'],
      ['bad_request', 'message', 'Oi', { unknown: 1 }],
      ['bad_request', 'message', 'Oi', { authorId: 'x' }],
      ['bad_request', 'message', 'Oi', { seq: 1 }],
      ['bad_request', 'message', 'Oi', { key: 'no uuid' }],
      ['bad_request', 'message', 'Oi', { key: 7 }],
      ['bad_request', 'message', 'Oi', { room: 7 }],
      ['bad_request', 'message', 'Oi', { replyTo: 'x' }],
      ['bad_request', 'message', 'Oi', { attachments: 'x' }],
      ['empty', 'message', ''],
      ['empty', 'message', ' \n\t '],
      ['too_long', 'message', 'x'.repeat(4_001)],
      ['too_long', 'message', '😀'.repeat(4_001)],
      ['not_found', 'message', 'Oi', { room: 'nowhere' }],
      ['not_found', 'message', 'Oi', { replyTo: 999_999 }],
      ['not_found', 'message', 'Oi', { attachments: ['nothing'] }],
      ['bad_request', 'rename'],
      ['bad_request', 'rename', 'Ana'],
      ['bad_request', 'rename', {}],
      ['bad_request', 'rename', { name: 5 }],
      ['bad_request', 'rename', { name: 'Ana', role: 'owner' }],
      ['empty', 'rename', { name: '  ' }],
      ['too_long', 'rename', { name: 'x'.repeat(41) }],
      ['bad_request', 'rename', { name: 'An\u202Ea' }],
      ['bad_request', 'rename', { name: 'A\u0000na' }],
      ['bad_request', 'join', { room: 5 }],
      ['bad_request', 'join', { room: 'lobby', token: 'x' }],
      ['not_found', 'join', { room: 'nowhere' }],
      ['bad_request', 'history', 'lobby'],
      ['bad_request', 'history', { before: 5, after: 5 }],
      ['bad_request', 'history', { before: 'x' }],
      ['bad_request', 'history', { limit: 0 }],
      ['bad_request', 'history', { limit: 101 }],
      ['bad_request', 'history', { limit: -1 }],
      ['bad_request', 'history', { page: 1 }],
      ['not_found', 'history', { room: 'nowhere' }],
      ['bad_request', 'sync'],
      ['bad_request', 'sync', { cursors: [] }],
      ['bad_request', 'sync', { cursors: { lobby: 'x' } }],
      ['bad_request', 'sync', { cursors: { lobby: -1 } }],
      ['bad_request', 'sync', { cursors: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`r${n}`, 0])) }],
      ['bad_request', 'edit', { room: 'lobby', target: 1, body: 'x', key: randomUUID() }],
      ['bad_request', 'shout', 'Oi'],
      ['bad_request', 'constructor', 'Oi'],
    ];
    for (const [code, event, ...args] of refused) await expectRefused(bad, code, event, ...args);

    const { messages } = await ask<{ messages: unknown[] }>(good, 'history', {});
    expect(messages, 'nothing of it was kept').toEqual([]);
    const heard = next(good, 'sent');
    await ask(bad, 'message', 'ainda aqui');
    expect((await heard)[0]).toBe('ainda aqui');
    expect(good.connected && bad.connected).toBe(true);
    good.disconnect();
    bad.disconnect();
  });

  test('a packet beyond 64 KiB closes its own connection and no other', async ({ chat }) => {
    for (const transport of ['websocket', 'polling']) {
      const good = await connected(client(chat.url));
      const bad = await connected(client(chat.url, { transports: [transport], reconnection: false }));
      const closed = next(bad, 'disconnect');
      bad.emit('message', 'x'.repeat(65 * 1024));
      await closed;
      await ask(good, 'message', 'e eu continuo');
      good.disconnect();
    }
  });

  test('a thousand messages of one connection keep their order', async ({ chat }) => {
    test.slow();
    const speaker = await connected(client(chat.url));
    const listener = await connected(client(chat.url, { transports: ['polling'] }));
    const texts = Array.from({ length: 1_000 }, (_, index) => String(index));
    const heard: string[] = [];
    const all = new Promise<void>((done) => {
      listener.on('sent', (text: string, record?: Sent) => {
        if (record) heard.push(text);
        if (heard.length === texts.length) done();
      });
    });
    for (let start = 0; start < texts.length; start += 20) {
      await Promise.all(texts.slice(start, start + 20).map((text) => ask(speaker, 'message', text)));
    }
    await all;
    expect(heard).toEqual(texts);
    speaker.disconnect();
    listener.disconnect();
  });
});

test('who asks too often is told when to come back, and is served again', async ({ chat }) => {
  test.skip(!!process.env.CHAT_URL, 'needs the limits of an unused server');
  const socket = await connected(client(chat.url));
  const replies: Reply<Accepted>[] = await Promise.all(
    Array.from({ length: 8 }, (_, index) => socket.timeout(10_000).emitWithAck('message', `depressa ${index}`)),
  );
  const refusals = replies.flatMap(({ error }) => error ?? []);
  expect(replies.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(5);
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) {
    expect(refusal).toEqual({ code: 'rate_limited', retryable: true, retryAfterMs: expect.any(Number) });
  }
  const wait = Math.max(...refusals.map(({ retryAfterMs }) => retryAfterMs!));
  expect(wait).toBeLessThanOrEqual(1_000);
  await expect(async () => ask(socket, 'message', 'devagar')).toPass({ intervals: [wait] });
  socket.disconnect();
});
