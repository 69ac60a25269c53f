// What a machine can say about accessibility, in each theme, on each kind of screen, in each state.
import AxeBuilder from '@axe-core/playwright';

import { expect, test, type Person } from '../fixtures.ts';
import { refuseMessages } from '../fixtures/refusal.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function expectAccessible({ page }: Person, state: string): Promise<void> {
  // An animation that is under way has colours of its own.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const told = violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html) }));
  expect.soft(told, `axe: ${state}`).toEqual([]);
}

for (const phone of [false, true]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const place = `${phone ? 'telephone' : 'desktop'}, ${colorScheme}`;

    test(`axe finds nothing (${place})`, async ({ person }) => {
      const bia = await person('Bia', { reducedMotion: 'reduce' });
      await bia.joins();
      await bia.room.say('Oi\nduas linhas, **e mais**');
      const ana = await person('Ana', { phone, colorScheme, reducedMotion: 'reduce' });
      ana.witness.expects(/ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed/);
      const refusal = await refuseMessages(ana.page);

      await ana.open();
      await expect(ana.room.nameField).toBeVisible();
      await expectAccessible(ana, 'a newcomer');

      await ana.room.nameField.fill('Ana');
      await ana.room.enter.click();
      await ana.room.composer.fill('Olá!');
      await ana.room.send.click();
      await bia.room.say('🎉');
      // On a shared server others celebrate too.
      await expect(ana.room.message('🎉').first()).toBeVisible();
      await expectAccessible(ana, 'a room with messages');

      refusal.on = true;
      await ana.room.composer.fill('Ninguém quer ouvir');
      await ana.room.send.click();
      await expect(ana.room.message('Ninguém quer ouvir')).toHaveClass(/message-item--failed/);
      await ana.room.composer.fill('y'.repeat(4_001));
      await ana.room.send.click();
      await expect(ana.room.refused).toBeVisible();
      await expectAccessible(ana, 'a message that failed, and one that is too long');

      await ana.context.setOffline(true);
      await ana.room.composer.fill('Na fila');
      await ana.room.send.click();
      await expect(ana.room.banner).toBeVisible();
      await expect(ana.room.message('Na fila')).toHaveClass(/message-item--queued/);
      await expectAccessible(ana, 'without a connection');
    });
  }
}

test('axe finds nothing in what opens over a room, nor on the pages of the account and of those who run a server', async ({
  chat,
  person,
}) => {
  // Twelve states, each looked at as a whole.
  test.setTimeout(240_000);
  const ana = await person('Ana', { reducedMotion: 'reduce' });
  await ana.owns(chat.ownerLink);
  await ana.open();
  await ana.room.say('Oi');
  await ana.room.expectSent('Oi');
  const { page } = ana;
  await page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await expectAccessible(ana, 'the menu of the room');
  await page.keyboard.press('Escape');
  await ana.room.message('Oi').hover();
  await page.getByRole('button', { name: 'Mais sobre a mensagem' }).click();
  await expect(page.locator('.message-actions')).toBeVisible();
  await expectAccessible(ana, 'the menu of a message');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expectAccessible(ana, 'the switcher');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Criar sala' }).click();
  await expectAccessible(ana, 'the dialog of a new room');
  await page.keyboard.press('Escape');
  // Narrow and low, so that what can scroll does.
  await page.setViewportSize({ width: 1_200, height: 260 });
  await expectAccessible(ana, 'a low window');
  await page.setViewportSize({ width: 390, height: 500 });
  await page.getByRole('button', { name: /Salas e conversas/ }).click();
  await expectAccessible(ana, 'the drawer of rooms');
  for (const path of ['/account', '/settings', '/moderation', '/sign-in']) {
    await page.goto(path);
    await expectAccessible(ana, path);
  }
});

test('an empty page of nowhere is accessible too', async ({ person }) => {
  const ana = await person('Ana');
  ana.witness.expects(/status of 404|status 404/);
  await ana.page.goto('/r/nowhere');
  await expectAccessible(ana, 'a page that is not there');
});

test('the keyboard alone is enough', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Primeira');
  await ana.room.expectSent('Primeira');
  await ana.reload();

  await ana.page.keyboard.press('Tab');
  await expect(ana.page.getByRole('link', { name: 'Ir para onde se escreve' })).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await ana.page.keyboard.press('Tab');
  await expect(ana.room.composer).toBeFocused();
  await ana.page.keyboard.type('Só com o teclado');
  await ana.page.keyboard.press('Enter');
  await ana.room.expectSent('Só com o teclado');
});
