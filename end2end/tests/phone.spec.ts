// 390 by 844 pixels, and a finger.
import { expect, test } from '../fixtures.ts';

test('on a telephone one reads, writes and never scrolls sideways', async ({ person }) => {
  const ana = await person('Ana', { phone: true });
  await ana.open();
  await expect(ana.room.nameField).toBeInViewport();
  await ana.expectFits();

  await ana.room.nameField.fill('Ana');
  await ana.room.enter.tap();
  await expect(ana.room.composer).toBeInViewport();
  await ana.expectFits();

  await ana.room.composer.fill(`Uma palavra longa: ${'lalala'.repeat(60)}`);
  await ana.room.send.tap();
  await ana.room.composer.fill('https://exemplo.invalid/' + 'caminho/'.repeat(40));
  await ana.room.send.tap();
  await expect(ana.room.messages.last()).toContainText('exemplo.invalid');
  await expect(ana.room.composer).toBeInViewport();
  await ana.expectFits();
});

test('on a telephone Enter breaks the line and the button sends', async ({ person }) => {
  const ana = await person('Ana', { phone: true });
  await ana.open();
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.tap();

  await ana.room.composer.pressSequentially('uma');
  await ana.room.composer.press('Enter');
  await ana.room.composer.pressSequentially('duas');
  await expect(ana.room.composer).toHaveValue('uma\nduas');
  await ana.room.send.tap();

  await expect(ana.room.composer).toHaveValue('');
  await expect(ana.room.messages.last()).toContainText('duas');
});

test('on a telephone the rooms are in a drawer', async ({ person }) => {
  const ana = await person('Ana', { phone: true });
  await ana.open();
  const rail = ana.page.getByRole('navigation', { name: 'Salas e conversas' });
  await expect(rail).toBeHidden();

  await ana.page.getByRole('button', { name: 'Salas e conversas' }).tap();

  await expect(rail.getByRole('link', { name: 'Praça' })).toBeInViewport();
  await ana.expectFits();
  await ana.page.keyboard.press('Escape');
  await expect(rail).toBeHidden();
});

test('zooming is not forbidden', async ({ person }) => {
  const ana = await person('Ana', { phone: true });
  await ana.open();
  const viewport = await ana.page.locator('meta[name="viewport"]').getAttribute('content');
  expect(viewport).not.toMatch(/user-scalable|maximum-scale/);
});
