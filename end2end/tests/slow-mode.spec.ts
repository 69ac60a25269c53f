// A room where people wait between two messages.
import { expect, test } from '../fixtures.ts';
import { ask, speaker } from '../fixtures/stock.ts';

test('who has spoken is told how long to wait, and what is written meanwhile goes out by itself', async ({ chat, person }) => {
  const keeper = await speaker(chat.url, 'Zeladora');
  const { room } = await ask<{ room: { id: string } }>(keeper, 'createRoom', { name: 'Assembleia', kind: 'public' });
  await ask(keeper, 'slowMode', { room: room.id, seconds: 6 });

  const bia = await person('Bia');
  await bia.joins();
  await bia.open(`/r/${room.id}`);
  await bia.connectedAfter(() => bia.page.getByRole('button', { name: 'Entrar', exact: true }).click());
  await expect(bia.room.composer).toBeVisible();
  const timer = bia.page.getByRole('timer');
  const dock = bia.page.locator('.composer__dock');
  await expect(timer).toBeHidden();
  const before = await dock.boundingBox();

  await bia.room.say('Peço a palavra');
  await expect(timer).toHaveText(/^Modo lento\. Você pode escrever de novo em \d s\.$/);
  expect(await dock.boundingBox()).toEqual(before);
  await bia.room.say('E agradeço');
  const second = bia.room.message('E agradeço');
  await expect(second).toHaveClass(/message-item--queued/);
  await expect(second).toContainText('Na fila. Vai sozinha assim que puder.');
  await bia.room.expectSent('E agradeço');
  await expect(timer).toBeVisible();

  await bia.open(`/r/${room.id}`);
  await expect(timer).toBeVisible();
  await ask(keeper, 'slowMode', { room: room.id, seconds: 0 });
  await expect(timer).toBeHidden();
  await bia.room.say('E basta');
  await bia.room.expectSent('E basta');
  await expect(timer).toBeHidden();
  keeper.disconnect();
});
