// A guest who stays: keeps the name with a password, leaves, and comes back elsewhere as the same person.
import { expect, test } from '../fixtures.ts';

const PASSWORD = 'uma senha boa';

test('a guest keeps the name and is the same person on another device', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Dito como visitante');
  await ana.room.expectSent('Dito como visitante');

  await ana.page.getByRole('link', { name: 'Guarde o nome Ana' }).click();
  await ana.page.getByLabel('Senha nova', { exact: true }).fill(PASSWORD);
  await ana.page.getByLabel('Senha nova, outra vez').fill(PASSWORD);
  await ana.page.getByRole('button', { name: 'Guardar o nome' }).click();
  await expect(ana.page.getByRole('status')).toContainText('O nome é seu');
  await ana.page.getByRole('button', { name: 'Sair' }).click();

  const elsewhere = await person('Ana elsewhere');
  await elsewhere.page.goto('/sign-in?next=/r/lobby');
  await elsewhere.page.getByLabel('Nome', { exact: true }).fill('ana');
  await elsewhere.page.getByLabel('Senha', { exact: true }).fill(PASSWORD);
  await elsewhere.connectedAfter(() => elsewhere.page.getByRole('button', { name: 'Entrar' }).click());
  await elsewhere.room.say('Dito de outro aparelho');
  await elsewhere.room.expectSent('Dito de outro aparelho');

  // One author for both: what the guest said is this person's own.
  await elsewhere.reload();
  for (const text of ['Dito como visitante', 'Dito de outro aparelho']) {
    await expect(elsewhere.room.message(text)).toHaveClass(/message-item--own/);
  }
});

test('without script one keeps the name, and a wrong password says so', async ({ person }) => {
  const bia = await person('Bia', { javaScriptEnabled: false });
  await bia.open();
  await bia.room.nameField.fill('Bia');
  await bia.room.enter.click();
  await bia.page.goto('/account');
  await bia.page.getByLabel('Senha nova', { exact: true }).fill(PASSWORD);
  await bia.page.getByLabel('Senha nova, outra vez').fill(PASSWORD);
  await bia.page.getByRole('button', { name: 'Guardar o nome' }).click();
  await expect(bia.page.getByRole('status')).toBeVisible();
  await bia.page.getByRole('textbox', { name: 'Nome', exact: true }).fill('Beatriz');
  await bia.page.getByRole('button', { name: 'Mudar o nome' }).click();
  await expect(bia.page.getByRole('status')).toContainText('Nome trocado');
  await bia.page.getByRole('button', { name: 'Sair' }).click();

  await bia.page.goto('/sign-in');
  await bia.page.getByLabel('Nome', { exact: true }).fill('Beatriz');
  await bia.page.getByLabel('Senha', { exact: true }).fill('não é esta');
  await bia.page.getByRole('button', { name: 'Entrar' }).click();
  await expect(bia.page.getByText('não conferem')).toBeVisible();
});

test('who deletes the account is called nothing any more, live and after a reload', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Isto fica');
  await ana.room.expectSent('Isto fica');
  const bia = await person('Bia');
  await bia.joins();
  const panel = bia.page.locator('.people-panel');
  await expect(panel.getByRole('button', { name: /Ana/ })).toBeVisible();

  const device = await ana.context.newPage();
  await device.goto('/account');
  const goodbye = device.getByRole('region', { name: 'Apagar a conta' });
  await expect(goodbye.getByLabel('Fica, sem nome')).toBeChecked();
  await goodbye.getByLabel('Quero apagar a conta').check();
  await goodbye.getByRole('button', { name: 'Apagar a conta' }).click();
  await expect(device.getByRole('status')).toContainText('Conta apagada');

  const author = bia.room.message('Isto fica').locator('.message-item__author');
  await expect(author).toHaveText('Conta apagada');
  await expect(panel.getByRole('button', { name: /Ana/ })).toHaveCount(0);
  await bia.reload();
  await expect(author).toHaveText('Conta apagada');
  // The open tab was told, and can do nothing more.
  await expect(ana.room.banner).toBeVisible();

  const other = await person('another Ana');
  await other.open();
  await other.room.join('Ana');
  await other.room.say('Sou outra');
  await expect(bia.room.message('Sou outra').locator('.message-item__author')).toHaveText('Ana');
});

test('without script one deletes the account with everything one has said', async ({ person }) => {
  const ana = await person('Ana', { javaScriptEnabled: false });
  await ana.open();
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  await ana.room.composer.fill('Isto some');
  await ana.page.getByRole('button', { name: 'Enviar' }).click();
  const bia = await person('Bia');
  await bia.joins();
  await bia.room.message('Isto some').waitFor();

  await ana.page.goto('/account');
  await ana.page.getByLabel('É apagado').check();
  await ana.page.getByLabel('Quero apagar a conta').check();
  await ana.page.getByRole('button', { name: 'Apagar a conta' }).click();
  await expect(ana.page.getByRole('status')).toContainText('Conta apagada');
  await expect(bia.page.getByText('Isto some')).toHaveCount(0);
  await expect(bia.page.getByText('Mensagem apagada')).toBeVisible();
});
