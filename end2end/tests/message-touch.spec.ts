// A finger on a message, and a click on who said it.
import { expect, test, type Person } from '../fixtures.ts';

const menu = ({ page }: Person) => page.getByRole('menu', { name: 'Mais sobre a mensagem' });

/** A finger comes down on a message, and goes where it is told. */
async function finger({ page, room, context }: Person, text: string) {
  const box = await room.message(text).locator('.message-text').boundingBox();
  const glass = await context.newCDPSession(page);
  const at = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 10 };
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', dy = 0) =>
    glass.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: at.x, y: at.y + dy }],
    });
  await touch('touchStart');
  return touch;
}

test('a finger that stays on a message opens its menu as a sheet, and one that moves does not', async ({ person }) => {
  const ana = await person('Ana', { phone: true });
  await ana.joins();
  await ana.room.composer.fill('Segure aqui');
  await ana.room.send.click();
  await ana.room.expectSent('Segure aqui');

  const moving = await finger(ana, 'Segure aqui');
  await moving('touchMove', 60);
  await moving('touchEnd');
  const touch = await finger(ana, 'Segure aqui');
  await expect(menu(ana)).toBeVisible();
  await touch('touchEnd');
  await expect(menu(ana)).toBeVisible();
  const sheet = await menu(ana).boundingBox();
  expect([sheet?.x, sheet?.width]).toEqual([0, 390]);
  await expect(menu(ana)).toBeInViewport({ ratio: 1 });
  expect(await ana.page.evaluate(() => getSelection()?.toString())).toBe('');
  await menu(ana).getByRole('menuitem', { name: 'Copiar' }).tap();
  await expect(menu(ana)).toBeHidden();
  await ana.expectFits();
});

test('whoever said it is a click away, and without script it is no dead end', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await bia.room.say('Oi');
  const message = ana.room.message('Oi');
  await message.waitFor();
  const card = ana.page.locator('.person-card');
  await message.getByRole('button', { name: 'Bia' }).click();
  await expect(card).toBeVisible();
  await expect(card).toContainText('Bia');
  await expect(card.getByRole('button')).toHaveText(['Conversar', 'Bloquear']);
  await ana.page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  await message.locator('.message-item__face').click();
  await expect(card).toContainText('Bia');
  await ana.page.keyboard.press('Escape');
  await message.getByRole('button', { name: 'Bia' }).focus();
  await ana.page.keyboard.press('Enter');
  await expect(card).toBeVisible();

  const reader = await person('a reader', { javaScriptEnabled: false });
  await reader.open();
  await expect(reader.room.message('Oi')).toContainText('Bia');
  await expect(reader.page.locator('button.message-item__author, .message-item__face')).toHaveCount(0);
});
