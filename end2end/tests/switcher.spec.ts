// Go anywhere by typing: rooms, people, and things to do.
import { expect, test, type Person } from '../fixtures.ts';

const options = ({ page }: Person) => page.getByRole('dialog', { name: 'Ir para' }).getByRole('option');

async function opens({ page }: Person, typed: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.getByRole('combobox').fill(typed);
}

test('people are found by some of their name, and choosing one opens the conversation of two', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const fatima = await person('Fátima Luz');
  await fatima.joins();
  await expect(ana.page.locator('.people-panel').getByRole('button', { name: /Fátima/ })).toBeVisible();

  await opens(ana, 'fa');
  await expect(options(ana)).toHaveText([/^Fátima Luz.*Aqui agora$/, /^Criar a sala “fa”$/]);
  await expect(ana.page.locator('.switcher__heading')).toHaveText(['Pessoas', 'Ações']);
  await expect(options(ana).first().locator('mark')).toHaveText('Fá');
  await expect(ana.page.getByRole('combobox')).toHaveAttribute('aria-activedescendant', 'switcher-list-0');
  await ana.page.keyboard.press('ArrowDown');
  await expect(options(ana).nth(1)).toHaveAttribute('aria-selected', 'true');
  await ana.page.keyboard.press('ArrowDown');
  await expect(options(ana).first()).toHaveAttribute('aria-selected', 'true');
  await ana.connectedAfter(() => ana.page.keyboard.press('Enter'));
  await expect(ana.page).toHaveURL(/\/r\/[0-9a-f-]{36}$/);
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Fátima Luz');

  const talk = ana.page.url();
  await ana.open('/r/lobby');
  await opens(ana, '@fatima');
  await expect(options(ana)).toHaveText([/^Fátima Luz.*conversa$/]);
  await ana.connectedAfter(() => ana.page.keyboard.press('Enter'));
  await expect(ana.page).toHaveURL(talk);
});

test('what is typed can be made a room, and things to do stand behind their sign', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await opens(ana, 'Farol');
  await options(ana).filter({ hasText: 'Criar a sala “Farol”' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Criar sala' });
  await expect(dialog.getByLabel('Nome')).toHaveValue('Farol');
  await expect(dialog.getByLabel('Nome')).toBeFocused();
  await ana.page.keyboard.press('Escape');

  await opens(ana, '>');
  await expect(options(ana)).toHaveText(['Sua conta', 'Criar sala']);
  await ana.page.getByRole('combobox').fill('> conta');
  await ana.page.keyboard.press('Enter');
  await expect(ana.page).toHaveURL(/\/account$/);
});

test('everything is taken for read at once', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await ana.page.locator('.people-panel').getByRole('button', { name: /Bia/ }).click();
  await ana.connectedAfter(() => ana.page.getByRole('button', { name: 'Conversar' }).click());
  for (const text of ['um', 'dois']) {
    await bia.room.say(text);
    await bia.room.expectSent(text);
  }
  const praca = ana.page.getByRole('navigation').getByRole('link', { name: /Praça/ });
  await expect(praca).toContainText('2');
  await opens(ana, 'marcar');
  await ana.page.keyboard.press('Enter');
  await expect(praca).not.toContainText('2');
});

test('the switcher opens empty, and stands still while others talk', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await opens(ana, 'conta');
  await ana.page.keyboard.press('Escape');
  await ana.page.keyboard.press('Control+k');
  await expect(ana.page.getByRole('combobox')).toHaveValue('');
  await options(ana).first().evaluate((option) => (option.dataset.same = 'yes'));
  await bia.room.say('enquanto isso');
  await bia.room.expectSent('enquanto isso');
  await expect(ana.room.message('enquanto isso')).toHaveCount(1);
  await expect(options(ana).first()).toHaveAttribute('data-same', 'yes');
});
