// Who has seen one's last message, in a room of few.
import { expect, test } from '../fixtures.ts';

test('the last message says who has seen it, now and after a reload, and stays as high as it is', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await bia.page.goto('/account');

  await ana.room.say('Alguém viu?');
  await ana.room.expectSent('Alguém viu?');
  const state = ana.room.message('Alguém viu?').locator('.message-state');
  await expect(state).toHaveText('Enviada');
  const before = await ana.room.message('Alguém viu?').boundingBox();

  await bia.open();
  await expect(state).toContainText('Vista por 1');
  await expect(state).toContainText('Bia');
  await expect(state.locator('.avatar--tiny')).toHaveCount(1);
  expect((await ana.room.message('Alguém viu?').boundingBox())?.height).toBe(before?.height);

  await ana.reload();
  await expect(state).toContainText('Vista por 1');
  await ana.room.say('Que bom');
  await expect(ana.room.message('Que bom').locator('.message-state')).toContainText('Vista por 1');
  await expect(state).toHaveCount(0);
  await ana.expectFits();
});

test('who does not want it known has not been seen reading', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await bia.page.goto('/account');
  await bia.page.locator('form[action="/account/receipts"]').getByRole('button').click();
  const caio = await person('Caio');
  await caio.joins();
  await bia.open();

  await ana.room.say('Oi');
  await bia.room.message('Oi').waitFor();
  const state = ana.room.message('Oi').locator('.message-state');
  await expect(state).toContainText('Vista por 1');
  await expect(state).toContainText('Caio');
  await bia.room.say('Oi, Ana');
  await ana.room.message('Oi, Ana').waitFor();
  await ana.reload();
  await expect(state).toContainText('Vista por 1');
});
