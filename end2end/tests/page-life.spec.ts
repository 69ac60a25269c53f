// What happens to a page: reloaded, left and found again, hidden, cut off without a word. What was written in it is
// stored once.
import { expect, test } from '../fixtures.ts';
import { Room } from '../fixtures/room.ts';
import { stored } from '../fixtures/stock.ts';

/** What a browser says of a line that breaks. */
const BROKEN = /WebSocket connection to .* failed/;

test.skip(!!process.env.CHAT_URL, 'looks at everything in the room');

test('a page that is reloaded before the answer sends again what it had sent, under the same key', async ({
  chat,
  person,
}) => {
  const ana = await person('Ana');
  let answers = true;
  await ana.page.routeWebSocket(/\/socket\.io\//, (line) => {
    const server = line.connectToServer();
    server.onMessage((packet) => {
      if (answers) line.send(packet);
    });
  });
  await ana.joins();
  answers = false;
  await ana.room.say('Antes da resposta');
  await expect.poll(async () => (await stored(chat.url)).bodies).toEqual(['Antes da resposta']);
  answers = true;
  await ana.reload();
  await ana.room.expectSent('Antes da resposta');
  await ana.room.say('Depois');
  await ana.room.expectSent('Depois');
  expect((await stored(chat.url)).bodies).toEqual(['Antes da resposta', 'Depois']);
});

test('who leaves the page with something waiting and comes back with Back finds it sent', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.losesNetwork();
  await ana.room.say('Antes de sair');
  await expect(ana.room.message('Antes de sair')).toContainText('Na fila');
  await ana.page.goto('about:blank');
  await ana.context.setOffline(false);
  await ana.connectedAfter(() => ana.page.goBack());
  await ana.room.expectSent('Antes de sair');
  expect((await stored(chat.url)).bodies).toEqual(['Antes de sair']);
});

test('a page that is put away and shown again, as it was, lets others send meanwhile and goes on', async ({
  chat,
  person,
}) => {
  const ana = await person('Ana');
  await ana.joins();
  const turn = (name: string) => ana.page.evaluate((name) => window.dispatchEvent(new Event(name)), name);
  await turn('pagehide');
  await expect.poll(() => ana.page.evaluate(async () => (await navigator.locks.query()).held!.length)).toBe(0);
  await ana.room.say('Ninguém manda');
  await expect(ana.room.message('Ninguém manda')).toContainText('Enviando…');
  expect((await stored(chat.url)).bodies).toEqual([]);
  await turn('pageshow');
  await ana.room.expectSent('Ninguém manda');
});

test('a tab that cannot be seen lets one send that can', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const page = await ana.context.newPage();
  const seen = new Room(page);
  const sent: string[] = [];
  page.on('websocket', (line) => line.on('framesent', ({ payload }) => sent.push(payload.toString())));
  await page.goto('/r/lobby');
  await seen.say('pela outra aba');
  await seen.expectSent('pela outra aba');
  expect(sent.filter((frame) => frame.includes('"message"'))).toEqual([]);
  const holder = () => page.evaluate(async () => (await navigator.locks.query()).held![0]?.clientId);
  const before = await holder();
  await ana.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(async () => ![undefined, before].includes(await holder())).toBe(true);

  await seen.say('por esta mesma');
  await seen.expectSent('por esta mesma');
  expect(sent.filter((frame) => frame.includes('"message"'))).toHaveLength(1);
  expect((await stored(chat.url)).bodies).toEqual(['pela outra aba', 'por esta mesma']);
});

test('where no tab can be elected both send, and what is said is there once', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  await ana.joins();
  const { room: other } = await ana.opensAnotherTab();
  await other.say('com rede');
  await other.expectSent('com rede');
  await ana.losesNetwork();
  await expect(other.banner).toBeVisible();
  await other.say('sem rede');
  await expect(ana.room.message('sem rede')).toBeVisible();
  await ana.context.setOffline(false);
  for (const room of [ana.room, other]) await room.expectSent('sem rede');
  expect((await stored(chat.url)).bodies).toEqual(['com rede', 'sem rede']);
});

test('a line that died without a word is found dead as soon as the network is back', async ({ person }) => {
  const ana = await person('Ana');
  let dead = false;
  await ana.page.routeWebSocket(/\/socket\.io\//, (line) => {
    const server = line.connectToServer();
    const mine = dead;
    line.onMessage((packet) => {
      if (!dead || mine) server.send(packet);
    });
    server.onMessage((packet) => {
      if (!dead || mine) line.send(packet);
    });
  });
  await ana.joins();
  await ana.room.say('antes do túnel');
  await ana.room.expectSent('antes do túnel');
  dead = true;
  await ana.room.say('no túnel');
  // Pings would take up to 25 seconds to tell.
  await ana.connectedAfter(() => ana.page.evaluate(() => window.dispatchEvent(new Event('online'))));
  await ana.room.expectSent('no túnel');
});

test('what breaks every connection waits in sight, and can be taken back', async ({ chat, person }) => {
  const ana = await person('Ana');
  ana.witness.expects(BROKEN);
  let breaks = true;
  await ana.page.routeWebSocket(/\/socket\.io\//, (line) => {
    const server = line.connectToServer();
    let broken = false;
    line.onMessage((packet) => {
      // What the page says before it knows goes nowhere, as on a broken line.
      if (broken) return;
      broken = breaks && packet.toString().includes('"message"');
      if (!broken) return server.send(packet);
      void line.close();
      void server.close();
    });
  });
  await ana.joins();
  await ana.room.say('venenosa');
  await ana.room.say('inocente');
  const stuck = ana.room.message('venenosa');
  await expect(stuck).toContainText('A conexão caiu toda vez que tentei enviar.', { timeout: 40_000 });
  breaks = false;
  await stuck.getByRole('button', { name: 'Apagar' }).click();
  await expect(stuck).toHaveCount(0);
  await ana.room.expectSent('inocente');
  expect((await stored(chat.url)).bodies).toEqual(['inocente']);
});

test('where nothing can be kept on disk the page says so, and asks before it is closed', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.context.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await ana.joins();
  await ana.losesNetwork();
  await ana.room.say('só aqui');
  await expect(ana.page.getByText('Este navegador não guarda o que está na fila.')).toBeVisible();
  const asked = ana.page.waitForEvent('dialog');
  await ana.page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await ana.context.setOffline(false);
  await ana.room.expectSent('só aqui');
  await expect(ana.page.getByText('Este navegador não guarda o que está na fila.')).toBeHidden();
  expect((await stored(chat.url)).bodies).toEqual(['só aqui']);
});
