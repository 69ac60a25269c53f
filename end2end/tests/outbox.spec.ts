// What was written without a connection outlives its page, and goes out once.
import { expect, test } from '../fixtures.ts';
import { Room } from '../fixtures/room.ts';
import { ask, client, connected } from '../fixtures/stock.ts';

test('what was written offline goes out once, though its tab was closed before the line came back', async ({
  chat,
  person,
}) => {
  const ana = await person('Ana');
  ana.witness.expects(/ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed/);
  await ana.joins();
  await ana.context.setOffline(true);
  await expect(ana.room.banner).toBeVisible();
  await ana.room.say('Escrevi sem rede 1');
  await ana.room.say('Escrevi sem rede 2');
  await expect(ana.room.message('Escrevi sem rede 2')).toContainText('Na fila');

  await ana.page.close();
  await ana.context.setOffline(false);
  const page = await ana.context.newPage();
  await page.goto('/r/lobby');
  const room = new Room(page);

  await room.expectSent('Escrevi sem rede 1');
  await room.expectSent('Escrevi sem rede 2');
  const reader = await connected(client(chat.url));
  const { messages } = await ask<{ messages: { body: string }[] }>(reader, 'history', {});
  expect(messages.map(({ body }) => body)).toEqual(['Escrevi sem rede 1', 'Escrevi sem rede 2']);
  reader.disconnect();
});

test('two tabs show one outbox, and what one of them writes goes out once', async ({ chat, person }) => {
  const ana = await person('Ana');
  ana.witness.expects(/ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed/);
  await ana.joins();
  const page = await ana.context.newPage();
  await page.goto('/r/lobby');
  const other = new Room(page);
  await other.say('da segunda aba');
  await other.expectSent('da segunda aba');
  await ana.context.setOffline(true);
  await expect(other.banner).toBeVisible();
  await other.say('sem rede, da segunda');
  await expect(ana.room.message('sem rede, da segunda')).toBeVisible();
  await ana.context.setOffline(false);
  for (const room of [ana.room, other]) await room.expectSent('sem rede, da segunda');
  const reader = await connected(client(chat.url));
  const { messages } = await ask<{ messages: { body: string }[] }>(reader, 'history', {});
  expect(messages.map(({ body }) => body)).toEqual(['da segunda aba', 'sem rede, da segunda']);
  reader.disconnect();
});
