// Keys: of people who write with an input method, on other keyboards, and on glass with a keyboard beside it.
import { expect, test, type Person } from '../fixtures.ts';

/** A key as a browser tells of it, whatever the machine's keyboard. */
const press = ({ page }: Person, selector: string, init: object) =>
  page.locator(selector).evaluate(
    (element, init) => element.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })),
    init,
  );

test('Enter that ends a composed word neither sends nor chooses, as Safari tells of it', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.composer.fill('日本');
  await press(ana, '#text', { key: 'Enter', keyCode: 229 });
  await expect(ana.room.composer).toHaveValue('日本');
  await ana.page.keyboard.press('Control+k');
  await ana.page.getByRole('combobox').fill('conta');
  await press(ana, '#switcher-field', { key: 'Enter', keyCode: 229 });
  await expect(ana.page.getByRole('combobox')).toBeVisible();
  await ana.page.keyboard.press('Escape');
  await ana.room.composer.press('Enter');
  await ana.room.expectSent('日本');
  expect(new URL(ana.page.url()).pathname).toBe('/r/lobby');
});

test('Ctrl K opens the switcher with Caps Lock, on a Cyrillic keyboard, and with no other key', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const switcher = ana.page.getByRole('dialog', { name: 'Ir para' });
  for (const init of [
    { key: 'K', code: 'KeyK', ctrlKey: true },
    { key: 'л', code: 'KeyK', ctrlKey: true },
    { key: 'k', code: 'KeyV', metaKey: true },
  ]) {
    await press(ana, 'body', init);
    await expect(switcher).toBeVisible();
    await ana.page.keyboard.press('Escape');
    await expect(switcher).toBeHidden();
  }
  for (const init of [
    { key: 't', code: 'KeyK', ctrlKey: true },
    { key: 'K', code: 'KeyK', ctrlKey: true, shiftKey: true },
    { key: 'k', code: 'KeyK' },
  ]) {
    await press(ana, 'body', init);
    await expect(switcher).toBeHidden();
  }
});

test('on glass Enter breaks the line, as the key says, and Ctrl Enter of a keyboard sends', async ({ person }) => {
  const ana = await person('Ana', { phone: true });
  await ana.open();
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  await expect(ana.room.composer).toHaveAttribute('enterkeyhint', 'enter');
  await ana.room.composer.fill('uma');
  await ana.room.composer.press('Enter');
  await ana.room.composer.pressSequentially('duas');
  await expect(ana.room.composer).toHaveValue('uma\nduas');
  await ana.room.composer.press('Control+Enter');
  await expect(ana.room.messages.filter({ hasText: 'duas' })).toHaveCount(1);
  await expect(ana.room.composer).toHaveValue('');
});

test('Enter sends before the page is awake', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  let wake: () => void = () => undefined;
  const held = new Promise<void>((done) => (wake = done));
  await ana.page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await ana.page.goto('/r/lobby', { waitUntil: 'commit' });
  await ana.room.composer.fill('antes de acordar');
  await ana.room.composer.press('Enter');
  await expect(ana.room.message('antes de acordar')).toHaveAttribute('id', /^m-\d+$/);
  wake();
});

test('a menu takes the focus, answers arrows, Home, End and letters, and gives the focus back', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const button = ana.page.getByRole('button', { name: 'Mais sobre a sala' });
  await button.focus();
  await ana.page.keyboard.press('Enter');
  const focused = () => ana.page.evaluate(() => document.activeElement?.textContent?.trim());
  const all = await ana.page
    .locator('#room-menu [role^=menuitem]')
    .evaluateAll((items) => items.filter((item) => (item as HTMLElement).offsetHeight > 0).map((item) => item.textContent!.trim()));
  expect(all.length).toBeGreaterThan(2);
  await expect.poll(focused).toBe(all[0]);
  await ana.page.keyboard.press('ArrowDown');
  expect(await focused()).toBe(all[1]);
  await ana.page.keyboard.press('End');
  expect(await focused()).toBe(all.at(-1));
  await ana.page.keyboard.press('ArrowDown');
  expect(await focused()).toBe(all[0]);
  await ana.page.keyboard.press('Home');
  expect(await focused()).toBe(all[0]);
  const letter = all.at(-1)![0]!;
  await ana.page.keyboard.press(letter.toLowerCase());
  expect((await focused())![0]).toBe(letter);
  await ana.page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});

test('a dialog is modal, closes what opened it, and gives the focus back to the button of that', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.page.keyboard.press('Control+k');
  await ana.page.getByRole('combobox').fill('Farol');
  await ana.page.getByRole('option', { name: 'Criar a sala “Farol”' }).click();
  await expect(ana.page.getByRole('dialog', { name: 'Ir para' })).toBeHidden();
  const dialog = ana.page.getByRole('dialog', { name: 'Criar sala' });
  expect(await dialog.evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
  await ana.connectedAfter(() => dialog.getByRole('button', { name: 'Criar', exact: true }).click());
  await expect(ana.room.composer).toBeFocused();

  const button = ana.page.getByRole('button', { name: 'Mais sobre a sala' });
  await button.click();
  await ana.page.getByRole('menuitem', { name: 'Ajustes da sala' }).click();
  const settings = ana.page.locator('#room-settings');
  expect(await settings.evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
  await expect(ana.page.locator('#room-menu')).toBeHidden();
  await ana.page.keyboard.press('Escape');
  await expect(settings).toBeHidden();
  await expect(button).toBeFocused();
});

test('the focus is where one writes after a room change and after joining', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await bia.page.getByRole('button', { name: 'Criar sala' }).click();
  const dialog = bia.page.getByRole('dialog', { name: 'Criar sala' });
  await dialog.getByLabel('Nome').fill('Farol');
  await bia.connectedAfter(() => dialog.getByRole('button', { name: 'Criar', exact: true }).click());
  await expect(bia.room.composer).toBeFocused();
  await bia.connectedAfter(() => bia.page.locator('.room-rail').getByRole('link', { name: /Praça/ }).click());
  await expect(bia.room.composer).toBeFocused();

  await ana.reload();
  await ana.connectedAfter(() => ana.page.getByRole('button', { name: 'Entrar em Farol' }).click());
  await expect(ana.room.composer).toBeFocused();
});
