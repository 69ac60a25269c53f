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
  await bia.page.getByRole('button', { name: 'Sair' }).click();

  await bia.page.goto('/sign-in');
  await bia.page.getByLabel('Nome', { exact: true }).fill('Bia');
  await bia.page.getByLabel('Senha', { exact: true }).fill('não é esta');
  await bia.page.getByRole('button', { name: 'Entrar' }).click();
  await expect(bia.page.getByRole('alert')).toContainText('não conferem');
});
