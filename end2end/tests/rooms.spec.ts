// Rooms as people live them: made, entered and left, read on one device and on the other.
import type { Page } from '@playwright/test';

import { expect, test, type Person } from '../fixtures.ts';

/** The room's link in the rail. */
function link(page: Page, name: string) {
  return page.getByRole('navigation', { name: 'Salas e conversas' }).locator('.room-link', { hasText: name });
}

/** Makes a room by the rail's dialog and waits until one is in it. */
async function makesRoom(somebody: Person, name: string, kind = 'Todo mundo', script = true): Promise<string> {
  const { page } = somebody;
  await page.getByRole('button', { name: 'Criar sala' }).click();
  const dialog = page.getByRole('dialog', { name: 'Criar sala' });
  await dialog.getByLabel('Nome').fill(name);
  await dialog.getByLabel(kind).check({ force: true });
  const create = () => dialog.getByRole('button', { name: 'Criar', exact: true }).click();
  await (script ? somebody.connectedAfter(create) : create());
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  return new URL(page.url()).pathname;
}

/** Enters the room one looks at. */
async function enters(somebody: Person): Promise<void> {
  const button = somebody.page.locator('.composer--closed').getByRole('button', { name: 'Entrar' });
  await somebody.connectedAfter(() => button.click());
  await expect(somebody.room.composer).toBeVisible();
}

test('a room is made, found, entered and left', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();
  const path = await makesRoom(ana, 'Farol');
  await ana.room.say('Primeira luz');
  await ana.room.expectSent('Primeira luz');

  await bia.reload();
  await bia.connectedAfter(() => link(bia.page, 'Farol').click());
  await expect(bia.room.message('Primeira luz')).toBeVisible();
  await expect(bia.room.composer).toBeHidden();
  await enters(bia);
  await bia.room.say('Cheguei');
  await expect(ana.room.message('Cheguei')).toContainText('Bia');

  await bia.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await bia.page.getByRole('menuitem', { name: 'Sair da sala' }).click();
  await expect(bia.page).toHaveURL(/\/r\/lobby$/);
  await expect(bia.page.getByRole('button', { name: 'Entrar em Farol' })).toBeVisible();
  expect(path).toMatch(/^\/r\/.+/);
});

test('a private room is in nobody else’s rail, and is left only after a question', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();
  await makesRoom(ana, 'Conselho', 'Só convidados');
  await bia.reload();
  await expect(link(bia.page, 'Conselho')).toHaveCount(0);

  await ana.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await ana.page.getByRole('menuitem', { name: 'Sair da sala' }).click();
  const question = ana.page.getByRole('alertdialog');
  await expect(question).toContainText('Sair de Conselho?');
  await question.getByRole('button', { name: 'Ficar' }).click();
  await expect(question).toBeHidden();
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Conselho');
});

test('what is said elsewhere is counted in the rail and in the title', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();
  await makesRoom(ana, 'Farol');

  await bia.room.say('um');
  await expect(link(ana.page, 'Praça').locator('.count-badge')).toHaveText('1 nova');
  await bia.room.say('dois');
  await expect(link(ana.page, 'Praça').locator('.count-badge')).toHaveText('2 novas');
  await expect(ana.page).toHaveTitle('(2) Farol · Chat Moderno');

  await bia.room.say('@Ana, vem cá');
  await expect(link(ana.page, 'Praça').locator('.count-badge')).toHaveText('1 chama você');

  await ana.open('/r/lobby');
  await expect(link(ana.page, 'Praça').locator('.count-badge')).toBeHidden();
  await expect(ana.page).toHaveTitle('Praça · Chat Moderno');
});

test('two devices of one person agree on what is unread', async ({ browser, chat, person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();
  await makesRoom(ana, 'Farol');
  const other = await browser.newContext({ baseURL: chat.url, storageState: await ana.context.storageState() });
  const second = await other.newPage();
  await second.goto(ana.page.url());
  await expect(second.locator('.me-card__name')).toHaveText('Ana');

  await bia.room.say('um');
  await bia.room.say('dois');
  for (const page of [ana.page, second]) {
    await expect(link(page, 'Praça').locator('.count-badge')).toHaveText('2 novas');
  }
  await ana.open('/r/lobby');
  await expect(link(second, 'Praça').locator('.count-badge')).toBeHidden();
  await second.reload();
  await expect(link(second, 'Praça').locator('.count-badge')).toBeHidden();
  await other.close();
});

test('the line stands before what is new, and Esc takes all for read', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();
  await bia.room.say('antes');
  await expect(ana.room.message('antes')).toBeVisible();
  await makesRoom(ana, 'Farol');
  await bia.room.say('depois');
  await expect(link(ana.page, 'Praça').locator('.count-badge')).toHaveText('1 nova');

  await ana.open('/r/lobby');
  const rows = await ana.room.log.locator('li.unread-line, article').evaluateAll((all) =>
    all.map((row) => (row.matches('.unread-line') ? '—' : row.querySelector('.message-text')?.textContent)),
  );
  expect(rows.slice(-3)).toEqual(['antes', '—', 'depois']);
  await ana.page.keyboard.press('Escape');
  await expect(ana.page.locator('.unread-line')).toHaveCount(0);
});

test('the switcher finds a room without its accents and goes there', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await makesRoom(ana, 'Café da manhã');
  await ana.open('/r/lobby');
  await ana.page.keyboard.press('Control+k');
  const field = ana.page.getByRole('combobox');
  await expect(field).toBeFocused();
  await field.fill('cafe');
  await expect(ana.page.getByRole('option').first()).toHaveText(/Café da manhã/);
  await ana.connectedAfter(() => field.press('Enter'));
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Café da manhã');
  await ana.page.keyboard.press('Alt+ArrowUp');
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Praça');
});

test('who made a room names it anew and says what it is about, for everybody at once', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();
  const path = await makesRoom(ana, 'Farol');
  await bia.open(path);
  await enters(bia);

  await ana.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await ana.page.getByRole('menuitem', { name: 'Ajustes da sala' }).click();
  const settings = ana.page.getByRole('dialog', { name: 'Ajustes da sala' });
  await settings.getByLabel('Nome').fill('Farol novo');
  await settings.getByLabel('Assunto').fill('Luz para todos');
  await settings.getByLabel('Trancar').check();
  await settings.getByRole('button', { name: 'Salvar' }).click();

  await expect(bia.page.getByRole('heading', { level: 1 })).toHaveText('Farol novo');
  await expect(bia.page.locator('.room-header__topic')).toHaveText('Luz para todos');
  await expect(bia.page.locator('.composer--closed')).toContainText('Sala trancada');
  await expect(ana.room.composer).toBeVisible();
});

test('without script one makes, enters and leaves rooms', async ({ person }) => {
  const bia = await person('Bia');
  await bia.joins();
  await makesRoom(bia, 'Farol');
  const ana = await person('Ana', { javaScriptEnabled: false });
  await ana.open();
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.first().click();
  await ana.page.getByRole('button', { name: 'Entrar em Farol' }).click();
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Farol');
  await expect(ana.room.composer).toBeVisible();
  await makesRoom(ana, 'Sem script', 'Todo mundo', false);
  await ana.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await ana.page.getByRole('menuitem', { name: 'Sair da sala' }).click();
  await expect(ana.page).toHaveURL(/\/r\/lobby$/);
});
