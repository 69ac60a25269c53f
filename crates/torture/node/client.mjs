// Stock clients: the official library, a key for each message, the same one for every retry. They display nothing
// and keep nothing; what they are told and what they were promised is written down as the native clients do it.
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { io } from 'socket.io-client';

const script = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const TEXTS = ['a', 'Oi, tudo bem? ', 'ç ã é ', '👩🏽‍❤️‍💋‍👨🏿', '🏳️‍🌈', '\u202eabc\u202c', '\u2028', '<b>x</b>', '"}],["', '\\u0000', 'שלום', '汉字'];

/** A dice that a seed decides (mulberry32). */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const digest = (text) => createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);

/** A UUID of version 7. */
function key() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What a notice is in a history; undefined if it is of no room's log. */
function told(name, args) {
  const it = args.at(-1);
  if (typeof it !== 'object' || it?.seq === undefined) return undefined;
  const person = (became) => ({ e: 'person', by: it.by, who: it.who?.id ?? it.who, became });
  switch (name) {
    case 'sent': {
      const event = { e: 'sent', key: it.key, author: it.author.id, body: digest(args[0]) };
      return it.deleted ? { ...event, deleted: true } : event;
    }
    case 'edited': {
      const event = { e: 'edited', by: it.by, target: it.target, body: digest(it.body) };
      return it.deleted ? { ...event, deleted: true } : event;
    }
    case 'deleted':
      return { e: 'deleted', by: it.by, target: it.target };
    case 'reacted':
      return { e: 'reacted', by: it.by, target: it.target, emoji: it.emoji, on: it.on };
    case 'joined':
    case 'left':
    case 'kicked':
      return person(name);
    case 'muted':
      return person(it.on ? 'muted' : 'unmuted');
    case 'banned':
      return person(it.on ? 'banned' : 'unbanned');
    default:
      return { e: 'other' };
  }
}

class Client {
  constructor(person, place) {
    this.name = person.name;
    this.path = `${script.folder}/${person.name}.history.jsonl`;
    this.random = dice(script.seed + place * 7919);
    this.rooms = [];
    this.waiting = 0;
    this.queues = new Map();
    this.write('began');
    this.socket = io(person.url, { auth: { v: 1, token: person.token } });
    this.socket.on('hello', ({ epoch, you, rooms, heads }) => {
      this.write('hello', { epoch, you: you.id, heads: Object.entries(heads) });
      this.rooms = rooms.map((room) => room.id);
    });
    this.socket.on('disconnect', () => this.write('lost'));
    this.socket.onAny((name, ...args) => {
      const event = told(name, args);
      if (event) this.write('told', { room: args.at(-1).room, seq: args.at(-1).seq, event });
    });
  }

  write(t, fact = {}) {
    appendFileSync(this.path, `${JSON.stringify({ at: Date.now(), t, ...fact })}\n`);
  }

  /** Wants something every now and then, until it is calm. */
  async live() {
    while (!calm) {
      await sleep((this.random() * 2000) / script.rate);
      // It may have become calm meanwhile, and then nobody waits for what is said.
      if (!calm && this.rooms.length > 0 && this.waiting < 50) this.say();
    }
  }

  say() {
    const room = this.rooms[Math.floor(this.random() ** 2 * this.rooms.length)];
    const pieces = 1 + Math.floor(this.random() ** 4 * 200);
    const body = Array.from({ length: pieces }, () => TEXTS[Math.floor(this.random() * TEXTS.length)]).join('');
    if (body.trim() === '') return;
    const wish = { key: key(), room };
    this.write('wants', { ...wish, what: { w: 'say', body: digest(body) } });
    this.waiting += 1;
    // One in flight in each room, in the order of typing.
    const before = this.queues.get(room) ?? Promise.resolve();
    this.queues.set(room, before.then(() => this.insist(wish, body)));
  }

  async insist(wish, body) {
    for (;;) {
      const pause = await this.attempt(wish, body);
      if (pause === undefined) break;
      await sleep(pause);
    }
    this.waiting -= 1;
  }

  /** How long to wait before the next try; undefined if none is needed. */
  async attempt({ key, room }, body) {
    let answer;
    try {
      answer = await this.socket.timeout(10_000).emitWithAck('message', body, { room, key });
    } catch {
      return 200;
    }
    if (answer?.ok) {
      this.write('acked', { key, seq: answer.ok.seq, duplicate: answer.ok.duplicate });
    } else if (answer?.error?.retryable) {
      return answer.error.retryAfterMs ?? 500;
    } else {
      this.write('refused', { key, code: answer?.error?.code ?? '?' });
    }
    return undefined;
  }

  status() {
    return { name: this.name, connected: this.socket.connected, waiting: this.waiting, rooms: {} };
  }
}

let calm = false;
const clients = script.people.map((person, place) => new Client(person, place));
clients.forEach((client) => client.live());

const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => {
  const order = JSON.parse(line);
  if (order.do === 'status') console.log(JSON.stringify(clients.map((client) => client.status())));
  if (order.do === 'calm') calm = true;
  if (order.do === 'end') process.exit(0);
});
// Whoever started us is gone.
orders.on('close', () => process.exit(0));
