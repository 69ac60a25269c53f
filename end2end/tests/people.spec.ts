// The people of a room on the screen: who is here, who is writing, and what one can do to whom.
import { expect, test, type Person } from '../fixtures.ts';

/** The panel's row of somebody. */
const row = ({ page }: Person, name: string) =>
  page.locator('.people-panel').getByRole('button', { name: new RegExp(name) });

const card = ({ page }: Person) => page.locator('.person-card');

test('two people see each other come, write, and go', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();

  await expect(row(ana, 'Bia')).toBeVisible();
  await expect(row(ana, 'Bia')).not.toHaveClass(/--away/);
  await expect(ana.page.getByRole('heading', { name: /^Aqui agora · 2$/ })).toBeVisible();

  const typing = ana.page.locator('.typing-line').getByRole('status');
  await bia.room.composer.pressSequentially('Es');
  await expect(typing).toContainText('está escrevendo');
  await expect(typing).toContainText('Bia');
  await bia.room.composer.fill('');
  await expect(typing).toHaveText('');
  await bia.room.say('Escrevi');
  await ana.room.message('Escrevi').waitFor();
  await expect(typing).toHaveText('');

  await bia.leave();
  await expect(row(ana, 'Bia')).toHaveClass(/--away/);
  await expect(ana.page.getByRole('heading', { name: /^Aqui agora · 1$/ })).toBeVisible();
});

test('a newcomer who only reads sees names, and nothing of who is here that would soon be old', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Oi');
  await ana.room.expectSent('Oi');
  const reader = await person('a reader');
  await reader.open();
  const panel = reader.page.locator('.people-panel');
  await expect(panel).toContainText('Ana');
  await expect(panel.getByRole('heading', { name: 'Nesta sala' })).toBeVisible();
  await expect(panel.getByText('Aqui agora')).toBeHidden();
});

test('without a connection the panel says since when it knows, and drops the dots', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await expect(row(ana, 'Ana').locator('.avatar__presence')).toBeVisible();
  await ana.losesNetwork();
  await expect(ana.page.getByRole('heading', { name: /^Aqui às \d\d:\d\d · 1$/ })).toBeVisible();
  await expect(row(ana, 'Ana').locator('.avatar__presence')).toHaveCount(0);
});

test('a card offers what the reader may do, and two have one conversation', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();

  await row(ana, 'Ana').click();
  await expect(card(ana)).toBeVisible();
  await expect(card(ana).getByRole('button')).toHaveCount(0);
  await row(ana, 'Bia').click();
  await expect(card(ana)).toContainText('Visitante');
  await expect(card(ana).getByRole('button')).toHaveText(['Conversar', 'Bloquear']);

  await card(ana).getByRole('button', { name: 'Conversar' }).click();
  await expect(ana.page).toHaveURL(/\/r\/[0-9a-f-]{36}$/);
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Bia');
});

test('whom one blocks is not heard writing, and it can be undone', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await bia.room.say('Você me ouve?');
  await row(ana, 'Bia').click();
  await card(ana).getByRole('button', { name: 'Bloquear' }).click();
  const toast = ana.page.locator('.toast');
  await expect(toast).toContainText('Você não ouve mais');
  await expect(ana.room.messages.getByText('Você me ouve?')).toBeHidden();

  await bia.room.composer.pressSequentially('Oi');
  const eva = await person('Eva');
  await eva.joins();
  await eva.room.composer.pressSequentially('Oi');
  const typing = ana.page.locator('.typing-line').getByRole('status');
  await expect(typing).toContainText('Eva');
  await expect(typing).not.toContainText('Bia');

  await row(ana, 'Bia').click();
  await card(ana).getByRole('button', { name: 'Desbloquear' }).click();
  await expect(ana.room.message('Você me ouve?')).toBeVisible();
});

test('on a telephone the panel is a drawer that opens and closes', async ({ person }) => {
  const ana = await person('Ana', { phone: true });
  await ana.joins();
  const panel = ana.page.locator('.people-panel');
  await expect(panel).toBeHidden();
  await ana.page.getByRole('button', { name: 'Pessoas', exact: true }).click();
  await expect(panel).toBeVisible();
  await ana.page.getByRole('button', { name: 'Fechar pessoas' }).click();
  await expect(panel).toBeHidden();
  await ana.expectFits();
});

test('without script the panel is a plain list', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Oi');
  await ana.room.expectSent('Oi');
  const reader = await person('a reader', { javaScriptEnabled: false });
  await reader.open();
  await expect(reader.page.locator('.people-panel')).toContainText('Ana');
});
