// What was written without a connection outlives its page, and goes out once.
import { expect, test } from '../fixtures.ts';
import { stored } from '../fixtures/stock.ts';

test.skip(!!process.env.CHAT_URL, 'looks at everything in the room');

test('what was written offline goes out once, though its tab was closed before the line came back', async ({
  chat,
  person,
}) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.losesNetwork();
  await ana.room.say('Escrevi sem rede 1');
  await ana.room.say('Escrevi sem rede 2');
  await expect(ana.room.message('Escrevi sem rede 2')).toContainText('Na fila');

  await ana.page.close();
  await ana.context.setOffline(false);
  const { room } = await ana.opensAnotherTab();

  await room.expectSent('Escrevi sem rede 1');
  await room.expectSent('Escrevi sem rede 2');
  expect((await stored(chat.url)).bodies).toEqual(['Escrevi sem rede 1', 'Escrevi sem rede 2']);
});

test('two tabs show one outbox, and what one of them writes goes out once', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const { room: other } = await ana.opensAnotherTab();
  await other.say('da segunda aba');
  await other.expectSent('da segunda aba');
  await ana.losesNetwork();
  await expect(other.banner).toBeVisible();
  await other.say('sem rede, da segunda');
  await expect(ana.room.message('sem rede, da segunda')).toBeVisible();
  await ana.context.setOffline(false);
  for (const room of [ana.room, other]) await room.expectSent('sem rede, da segunda');
  expect((await stored(chat.url)).bodies).toEqual(['da segunda aba', 'sem rede, da segunda']);
});

test('without a database in the browser, what waits outlives its tab too', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.context.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  await ana.joins();
  await ana.losesNetwork();
  await ana.room.say('sem banco');
  await expect(ana.room.message('sem banco')).toContainText('Na fila');

  await ana.page.close();
  await ana.context.setOffline(false);
  const { room } = await ana.opensAnotherTab();
  await room.expectSent('sem banco');
  expect((await stored(chat.url)).bodies).toEqual(['sem banco']);
});

test('the tab that sends is closed: another one takes over, though its disk does not answer', async ({
  chat,
  person,
}) => {
  const ana = await person('Ana');
  await ana.joins();
  const { page, room: other } = await ana.opensAnotherTab();
  await other.say('com rede');
  await other.expectSent('com rede');
  await ana.losesNetwork();
  await expect(other.banner).toBeVisible();
  await other.say('sem rede');
  await expect(ana.room.message('sem rede')).toBeVisible();
  // From now on every reading fails; that it was tried is seen in the page.
  await page.evaluate(() => {
    IDBObjectStore.prototype.getAll = () => {
      document.documentElement.dataset.asked = 'yes';
      throw new DOMException('the disk does not answer', 'UnknownError');
    };
  });
  await ana.page.close();
  await expect(page.locator('html')).toHaveAttribute('data-asked', 'yes');

  await expect(other.message('sem rede')).toContainText('Na fila');
  await ana.context.setOffline(false);
  await other.expectSent('sem rede');
  expect((await stored(chat.url)).bodies).toEqual(['com rede', 'sem rede']);
});
