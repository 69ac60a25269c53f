// Whatever a client may send, its author gets an answer and nobody else notices: docs/PROTOCOL.md.
import { randomUUID } from 'node:crypto';

import { expect, test } from '../fixtures.ts';
import { ask, client, connected, expectRefused, greeted, next, type Sent } from '../fixtures/stock.ts';

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
    ['bad_request', 'rename', { name: 'A\u202ena' }],
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
    ['not_found', 'edit', { room: 'lobby', target: 1, body: 'x', key: randomUUID() }],
    ['bad_request', 'edit', { room: 'lobby', target: 1, body: 'x', authorId: 'x' }],
    ['empty', 'edit', { room: 'lobby', target: 1, body: ' ' }],
    ['not_found', 'delete', { room: 'lobby', target: 1 }],
    ['bad_request', 'react', { room: 'lobby', target: 1, emoji: 'Oi', on: true }],
    ['bad_request', 'createRoom', { name: 'Turma', kind: 'secret' }],
    ['forbidden', 'leave', { room: 'lobby' }],
    ['not_found', 'ban', { member: 'nobody', on: true }],
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
