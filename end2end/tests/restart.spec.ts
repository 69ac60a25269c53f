// The server ends in the middle of it all, politely or not, and comes back on the same data.
import { expect, test } from '../fixtures.ts';
import { Crowd } from '../fixtures/crowd.ts';
import type { Server } from '../fixtures/server.ts';
import { ask, client, connected, stored, type Accepted, type Reply } from '../fixtures/stock.ts';

test.skip(!!process.env.CHAT_URL, 'ends its server');

/** What a browser says about a line that is down. */
const NO_SERVER = /WebSocket connection to .* failed|ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE/;

const ends: [string, (server: Server) => Promise<unknown>][] = [
  ['a kill -9', (server) => server.kill9()],
  ['a polite end', (server) => server.stop()],
];

for (const [name, end] of ends) {
  test(`after ${name} nothing is lost, nothing doubled, and what waited goes out by itself`, async ({
    chat,
    person,
  }) => {
    const ana = await person('Ana');
    const bia = await person('Bia');
    ana.witness.expects(NO_SERVER);
    bia.witness.expects(NO_SERVER);
    await ana.joins();
    await bia.joins();
    await ana.room.say('antes');
    await bia.room.expectSent('antes');

    await end(chat);
    await ana.room.say('durante 1');
    await ana.room.say('durante 2');
    await bia.room.say('durante 3');
    await expect(ana.room.banner).toContainText('Você está sem conexão');
    await expect(ana.room.message('durante 2')).toContainText('Na fila');
    // It says so for three seconds only.
    const back = expect(ana.room.banner).toContainText('De volta', { timeout: 20_000 });
    await chat.start();

    const said = ['antes', 'durante 1', 'durante 2', 'durante 3'];
    for (const text of said) {
      await ana.room.expectSent(text);
      await bia.room.expectSent(text);
    }
    await back;
    await expect(ana.room.banner).toBeHidden();
    const { bodies } = await stored(chat.url);
    expect([...bodies].sort()).toEqual(said);
    expect(bodies.indexOf('durante 1')).toBeLessThan(bodies.indexOf('durante 2'));
    expect(await ana.room.texts()).toEqual(bodies);
    expect(await bia.room.texts()).toEqual(bodies);
  });
}

test('with people connected the server ends by itself within five seconds, with code 0', async ({ chat, person }) => {
  const ana = await person('Ana');
  ana.witness.expects(NO_SERVER);
  await ana.joins();
  const polling = await connected(client(chat.url, { transports: ['polling'], reconnection: false }));

  expect(await chat.stop(), 'it fails by itself where the server takes longer').toBe(0);
  polling.disconnect();
});

test.describe('without limits', () => {
  test.use({ options: { unlimited: true } });

  for (const [name, end] of ends) {
    test(`${name} while 100 messages a second are said turns nobody's message red`, async ({ chat, person }) => {
      const ana = await person('Ana');
      ana.witness.expects(NO_SERVER);
      await ana.joins();
      await ana.page.evaluate(() => {
        const look = () => {
          if (document.querySelector('.message-item--failed')) document.documentElement.dataset.red = 'yes';
        };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
      });
      const crowd = await Crowd.begin(chat.url);
      const mine = Array.from({ length: 12 }, (_, number) => `da Ana ${number}`);
      for (const text of mine.slice(0, 4)) await ana.room.say(text);
      await crowd.says(200);
      const again = end(chat).then(() => chat.start());
      for (const text of mine.slice(4)) await ana.room.say(text);
      await again;
      await crowd.says(200);
      await crowd.silence();

      // The page may have put what was said long ago out of its list.
      const ofAna = async () => (await stored(chat.url)).bodies.filter((body) => mine.includes(body));
      await expect.poll(ofAna).toEqual(mine);
      await expect(ana.page.locator('.message-item--queued')).toHaveCount(0);
      await expect(ana.page.locator('html')).not.toHaveAttribute('data-red');
      expect(crowd.refused).toEqual([]);
      const { seqs, bodies } = await stored(chat.url);
      expect([...bodies].sort()).toEqual([...crowd.said, ...mine].sort());
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    });
  }

  test('whatever was acked before a kill -9 is there afterwards, once', async ({ chat }) => {
    const acked = new Map<number, string>();
    let enough: () => void;
    const underway = new Promise<void>((done) => (enough = done));
    const people = await Promise.all(
      Array.from({ length: 4 }, () => connected(client(chat.url, { reconnection: false }))),
    );
    // Each keeps saying something until the line is cut: what is under way at that moment may be lost or not.
    const talking = people.map(async (socket, person) => {
      for (let number = 0; socket.connected; number += 1) {
        const text = `mensagem ${number} da pessoa ${person}`;
        const reply: Reply<Accepted> = await socket.emitWithAck('message', text).catch(() => ({}));
        if (reply.ok) acked.set(reply.ok.seq, text);
        if (acked.size === 200) enough();
      }
    });

    await underway;
    await chat.kill9();
    await Promise.all(talking);
    await chat.start();

    const { seqs, bodies } = await stored(chat.url);
    for (const [seq, text] of acked) expect(bodies[seq - 1], `message ${seq}`).toBe(text);
    expect(new Set(bodies).size, 'no text twice').toBe(bodies.length);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });
});
