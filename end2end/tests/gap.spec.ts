// Who was away, or did not read, ends up with what the server has: every message once, every deletion told.
import { createHash } from 'node:crypto';

import type { Socket } from 'socket.io-client';

import { expect, test } from '../fixtures.ts';
import type { Person } from '../fixtures/person.ts';
import { ask, client, connected, fill, sayAll } from '../fixtures/stock.ts';

test.use({ options: { unlimited: true } });

/** What a browser says while it has no network. */
const OFFLINE = /ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed/;

const DELETED = 'Mensagem apagada por quem escreveu.';

interface Message {
  seq: number;
  body: string;
  deleted?: boolean;
}

/** Deletes all of these, some at a time. */
async function deleteAll(socket: Socket, seqs: number[]): Promise<void> {
  for (let start = 0; start < seqs.length; start += 24) {
    const some = seqs.slice(start, start + 24);
    await Promise.all(some.map((target) => ask(socket, 'delete', { room: 'lobby', target })));
  }
}

/** The rows that a page has drawn: number and text. */
function drawn(person: Person): Promise<[number, string][]> {
  return person.room.log.evaluate((log) =>
    [...log.querySelectorAll('article')].map((row) => [
      Number(row.id.slice(2)),
      row.querySelector('.message-text')!.textContent,
    ]),
  );
}

/** The same of the server's messages, from one number to another. */
async function held(socket: Socket, from: number, to: number): Promise<[number, string][]> {
  const all: Message[] = [];
  for (let after = from - 1; after < to; ) {
    const { messages } = await ask<{ messages: Message[] }>(socket, 'history', { after, limit: 100 });
    if (messages.length === 0) break;
    all.push(...messages);
    after = messages.at(-1)!.seq;
  }
  return all
    .filter(({ seq }) => seq <= to)
    .map(({ seq, body, deleted }) => [seq, deleted ? DELETED : body]);
}

function hash(rows: [number, string][]): string {
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

/** What is on the screen is what the server has, from the first row drawn to the last. */
async function expectTheServersState(person: Person, socket: Socket): Promise<[number, string][]> {
  const rows = await drawn(person);
  const state = await held(socket, rows[0]![0], rows.at(-1)![0]);
  expect(rows).toEqual(state);
  expect(hash(rows)).toBe(hash(state));
  return rows;
}

test('a gap of 1,500 events with 300 deletions heals in place, what was on the screen included', async ({
  chat,
  person,
}) => {
  const author = await connected(client(chat.url));
  const before = await sayAll(author, Array.from({ length: 120 }, (_, n) => `antes ${n + 1}`));
  const ana = await person('Ana');
  ana.witness.expects(OFFLINE);
  await ana.joins();
  await expect(ana.room.message('antes 120')).toBeInViewport();
  await ana.context.setOffline(true);
  await expect(ana.room.banner).toBeVisible();

  const during = await sayAll(author, Array.from({ length: 1_200 }, (_, n) => `durante ${n + 1}`));
  // Those that Ana has on the screen are among them.
  await deleteAll(author, [...before.slice(-30), ...during.slice(0, 270)]);

  await ana.connectedAfter(() => ana.context.setOffline(false));
  await expect(ana.room.message('durante 1200')).toBeInViewport();
  const rows = await expectTheServersState(ana, author);
  expect(rows.length).toBeGreaterThan(200);
  await ana.room.log.evaluate((log) => (log.scrollTop = -log.scrollHeight / 2));
  await expectTheServersState(ana, author);
});

test('a gap of 5,000 events with 500 deletions heals without the page being loaded again', async ({ chat, person }) => {
  test.slow();
  await fill(chat.url, 200);
  const ana = await person('Ana');
  ana.witness.expects(OFFLINE);
  await ana.joins();
  await ana.page.evaluate(() => Object.assign(window, { stillTheSame: true }));
  await ana.context.setOffline(true);
  await expect(ana.room.banner).toBeVisible();

  const author = await connected(client(chat.url));
  const during = await sayAll(author, Array.from({ length: 4_500 }, (_, n) => `durante ${n + 1}`));
  const every9th = during.filter((_, n) => n % 9 === 8);
  await deleteAll(author, every9th.slice(0, 500));

  await ana.connectedAfter(() => ana.context.setOffline(false));
  await expect(ana.room.message('durante 4499')).toBeInViewport();
  const newest = await expectTheServersState(ana, author);
  expect(newest.filter(([, text]) => text === DELETED).length).toBeGreaterThan(3);
  // Further into the gap: pages of it, each as the server has it.
  const oldest = () => ana.room.messages.first().getAttribute('id');
  for (let step = 0; step < 4; step += 1) {
    const was = await oldest();
    await ana.room.log.evaluate((log) => (log.scrollTop = -log.scrollHeight));
    await expect.poll(oldest).not.toBe(was);
  }
  await expectTheServersState(ana, author);
  expect(await ana.page.evaluate(() => 'stillTheSame' in window)).toBe(true);
});

test('a page that stops reading while 4,000 messages pass loses nothing after it wakes', async ({ chat, person }) => {
  test.slow();
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('antes');
  await ana.room.expectSent('antes');
  // The page's own thread stands still, as under a debugger: whatever comes is not read.
  const devtools = await ana.context.newCDPSession(ana.page);
  await devtools.send('Debugger.enable');
  const paused = new Promise((done) => devtools.once('Debugger.paused', done));
  await devtools.send('Debugger.pause');
  const author = await connected(client(chat.url));
  await ask(author, 'message', 'para parar');
  await paused;

  await sayAll(author, Array.from({ length: 4_000 }, (_, n) => `durante ${n + 1}`));

  await devtools.send('Debugger.resume');
  await devtools.detach();
  await expect(ana.room.message('durante 4000')).toBeInViewport({ timeout: 30_000 });
  await expectTheServersState(ana, author);
  await ana.room.say('depois');
  await ana.room.expectSent('depois');
  expect((await drawn(ana)).at(-1)).toEqual([4_003, 'depois']);
});
