// Counting what is unread, after random use: both devices of a person, the server's greeting, the log as another
// process reads it from the database, and a server that has nothing but the database, all say the same.
import { randomUUID } from 'node:crypto';

import type { BrowserContext, Page } from '@playwright/test';
import type { Socket } from 'socket.io-client';

import { expect, test, type Person } from '../fixtures.ts';
import type { Server } from '../fixtures/server.ts';
import { ask, client, connected, next, speaker, type Accepted, type Hello } from '../fixtures/stock.ts';

/** What happens, in which order, is decided by this number; the test's title says it. */
const SEED = 20_261_127;
const STEPS = 40;

/** A small generator of numbers that are the same every time (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What the log's notices hold, as far as it is counted. */
interface Logged {
  seq: number;
  target: number;
  body?: string;
  deleted?: boolean;
  author?: { name: string };
}

/** A room as the rules say it is: what Bia said there that still stands, and how far Ana has read. */
class Place {
  readonly said = new Map<number, boolean>();
  #read = 0;

  constructor(
    readonly name: string,
    readonly id: string,
  ) {}

  /** Ana has seen everything there is. */
  reads(): void {
    this.#read = Math.max(this.#read, ...this.said.keys());
  }

  get numbers(): { unread: number; mentions: number } {
    const waiting = [...this.said].filter(([seq]) => seq > this.#read);
    return { unread: waiting.length, mentions: waiting.filter(([, calls]) => calls).length };
  }

  /** The words of its badge; none if there is nothing new. */
  get badge(): string {
    const { unread, mentions } = this.numbers;
    if (mentions > 0) return `${mentions} ${mentions === 1 ? 'chama' : 'chamam'} você`;
    return unread > 0 ? `${unread} ${unread === 1 ? 'nova' : 'novas'}` : '';
  }

  /** The same numbers, from the log itself. */
  recount(log: [string, ...unknown[]][]): { unread: number; mentions: number } {
    const standing = new Map<number, string>();
    for (const [name, ...args] of log) {
      const event = args.at(-1) as Logged;
      const hers = event.author?.name === 'Bia' && !event.deleted;
      if (name === 'sent' && hers) standing.set(event.seq, String(args[0]));
      if (name === 'edited' && standing.has(event.target)) standing.set(event.target, event.body ?? '');
      if (name === 'deleted') standing.delete(event.target);
    }
    const waiting = [...standing].filter(([seq]) => seq > this.#read);
    return { unread: waiting.length, mentions: waiting.filter(([, text]) => text.includes('@ana')).length };
  }
}

/** Bia says, edits or deletes something there; a text in two calls Ana. */
async function speaks(bia: Socket, place: Place, roll: (below: number) => number): Promise<void> {
  const [room, calls] = [place.id, roll(2) === 0];
  const body = calls ? `@ana, ${roll(1_000)}` : `Nada ${roll(1_000)}`;
  const target = [...place.said.keys()][roll(Math.max(place.said.size, 1))];
  const deed = target === undefined ? 0 : roll(5);
  if (deed === 4) {
    await ask(bia, 'delete', { room, target });
    place.said.delete(target as number);
  } else if (deed === 3) {
    await ask(bia, 'edit', { room, target, body });
    place.said.set(target as number, calls);
  } else {
    const { seq } = await ask<Accepted>(bia, 'message', body, { room, key: randomUUID() });
    place.said.set(seq, calls);
  }
}

function link(page: Page, name: string) {
  return page.getByRole('navigation', { name: 'Salas e conversas' }).locator('.room-link', { hasText: name });
}

/** Both devices show these numbers. */
async function expectBadges(devices: Page[], places: Place[], what: string): Promise<void> {
  for (const [device, page] of devices.entries()) {
    for (const place of places) {
      const badge = link(page, place.name).locator('.count-badge');
      const message = `${what}: ${place.name} on device ${device + 1}`;
      if (place.badge === '') await expect(badge, message).toBeHidden();
      else await expect(badge, message).toHaveText(place.badge);
    }
  }
}

/** What the server tells a client that comes with Ana's cookie. */
async function told(chat: Server, context: BrowserContext): Promise<Hello['rooms']> {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const socket = client(chat.url, { auth: { v: 1 }, extraHeaders: { cookie, origin: chat.url } });
  const hello = next<[Hello]>(socket, 'hello');
  await connected(socket);
  const [{ rooms }] = await hello;
  socket.disconnect();
  return rooms;
}

async function expectTold(chat: Server, ana: Person, places: Place[], what: string): Promise<void> {
  const rooms = await told(chat, ana.context);
  for (const place of places) {
    expect(rooms.find(({ id }) => id === place.id), `${what}: ${place.name}`).toMatchObject(place.numbers);
  }
}

test.use({ options: { unlimited: true } });

test(`after random use (${SEED}) both devices, the server, the log and the database agree on what is unread`, async ({
  browser,
  chat,
  person,
}) => {
  test.setTimeout(120_000);
  const roll = dice(SEED);
  const ana = await person('Ana');
  await ana.joins();
  const bia = await speaker(chat.url, 'Bia');
  const { room } = await ask<{ room: { id: string } }>(bia, 'createRoom', { name: 'Farol', kind: 'public' });
  const places = [new Place('Praça', 'lobby'), new Place('Farol', room.id)];
  await ana.open(`/r/${room.id}`);
  await ana.connectedAfter(() => ana.page.locator('.composer--closed').getByRole('button', { name: 'Entrar' }).click());
  // From a room of her own, where nobody speaks, she sees both counted.
  await ana.page.getByRole('button', { name: 'Criar sala' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Criar sala' });
  await dialog.getByLabel('Nome').fill('Casa');
  await ana.connectedAfter(() => dialog.getByRole('button', { name: 'Criar', exact: true }).click());
  const home = new URL(ana.page.url()).pathname;
  const other = await browser.newContext({
    baseURL: chat.url,
    locale: 'pt-BR',
    storageState: await ana.context.storageState(),
  });
  const second = await other.newPage();
  await second.goto(home);
  const devices = [ana.page, second];

  for (let step = 1; step <= STEPS; step += 1) {
    const place = places[roll(places.length)] as Place;
    if (roll(8) > 0) {
      await speaks(bia, place, roll);
    } else {
      const page = devices[roll(2)] as Page;
      await link(page, place.name).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(place.name);
      await expect(link(page, place.name).locator('.count-badge')).toBeHidden();
      place.reads();
      await page.goto(home);
    }
    await expectBadges(devices, places, `step ${step}`);
  }

  await expectTold(chat, ana, places, 'the greeting');
  for (const place of places) {
    expect(place.recount(await chat.exports(place.id)), `the log of ${place.name}`).toEqual(place.numbers);
  }
  expect(places.some(({ numbers }) => numbers.unread > 0), 'something is unread at the end').toBe(true);
  ana.witness.expects(/WebSocket connection to .* failed|ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE/);
  await chat.kill9();
  await chat.start();
  await expectTold(chat, ana, places, 'nothing but the database');
  await second.goto(home);
  await expectBadges([second], places, 'a page of nothing but the database');
  bia.disconnect();
  await other.close();
});
