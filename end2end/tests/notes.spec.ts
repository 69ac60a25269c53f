// What happens in a room stands between its messages: live on the others' screens, and the same when they come back.
import { expect, test, type Person } from '../fixtures.ts';

test.use({ options: { unlimited: true } });

/** What stands between the messages, as it is read. */
const lines = ({ page }: Person) => page.locator('.message-log .system-line p');

/** Makes a private room and leaves `person` in it; returns the link of an invite. */
async function invites(person: Person, name: string): Promise<string> {
  await person.open();
  await person.page.getByRole('button', { name: 'Criar sala' }).click();
  const dialog = person.page.getByRole('dialog', { name: 'Criar sala' });
  await dialog.getByLabel('Nome').fill(name);
  await dialog.getByLabel('Só convidados').check();
  await dialog.getByRole('button', { name: 'Criar' }).click();
  await expect(person.page).toHaveURL(/\/r\/[0-9a-f-]{36}$/);
  const room = person.page.url();
  await person.page.goto('/settings');
  await person.page.getByLabel('Para a sala').selectOption(name);
  await person.page.getByRole('button', { name: 'Criar convite' }).click();
  const link = await person.page.getByLabel('Link', { exact: true }).inputValue();
  await person.connectedAfter(() => person.page.goto(room));
  return link;
}

async function comes(person: Person, link: string): Promise<void> {
  await person.page.goto(link);
  await person.room.nameField.fill(person.name);
  await person.connectedAfter(() => person.room.nameField.press('Enter'));
}

test('who comes, what changes and who goes is told between the messages, live and after a reload', async ({
  chat,
  person,
}) => {
  const ines = await person('Inês');
  await ines.owns(chat.ownerLink);
  const link = await invites(ines, 'Farol');
  await ines.room.say('Só entre nós');
  await ines.room.expectSent('Só entre nós');

  const joana = await person('Joana');
  await comes(joana, link);
  await expect(lines(joana)).toHaveText(['Você chegou pelo convite de Inês']);
  await expect(lines(ines)).toHaveText(['Joana entrou como visitante, pelo seu convite']);

  await ines.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await ines.page.getByRole('menuitem', { name: 'Ajustes da sala' }).click();
  const settings = ines.page.getByRole('dialog', { name: 'Ajustes da sala' });
  await settings.getByLabel('Assunto').fill('Luz para todos');
  await settings.getByRole('button', { name: 'Salvar' }).click();
  await expect(lines(joana).last()).toHaveText('Inês mudou o assunto para “Luz para todos”');
  await joana.room.say('Cheguei');
  await expect(ines.room.message('Cheguei')).toBeVisible();

  const otto = await person('Otto');
  await comes(otto, link);
  await expect(lines(joana).last()).toHaveText('Otto entrou como visitante, pelo convite de Inês');
  const row = ines.page.locator('.people-panel').getByRole('button', { name: /Otto/ });
  await row.click();
  await ines.page.locator('.person-card').getByRole('button', { name: 'Tirar da sala' }).click();
  await expect(lines(joana).last()).toHaveText('Inês tirou Otto da sala');

  await joana.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await joana.page.getByRole('menuitem', { name: 'Sair da sala' }).click();
  const told = [
    'Joana entrou como visitante, pelo seu convite',
    'Você mudou o assunto para “Luz para todos”',
    'Otto entrou como visitante, pelo seu convite',
    'Você tirou Otto da sala',
    'Joana saiu',
  ];
  await joana.page.getByRole('alertdialog').getByRole('button', { name: 'Sair da sala' }).click();
  await expect(lines(ines)).toHaveText(told);

  const rows = await ines.page.locator('.message-log__list > li').allInnerTexts();
  const at = (text: string) => rows.findIndex((row) => row.includes(text));
  expect(at('Joana entrou')).toBeGreaterThan(at('Só entre nós'));
  expect(at('Cheguei')).toBeGreaterThan(at('mudou o assunto'));
  expect(at('Otto entrou')).toBeGreaterThan(at('Cheguei'));
  await expect(ines.page.locator('.message-item')).toHaveCount(2);
  await ines.reload();
  await expect(lines(ines)).toHaveText(told);
});

test('without script the lines are there, in a public room for everybody', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.page.getByRole('button', { name: 'Criar sala' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Criar sala' });
  await dialog.getByLabel('Nome').fill('Praia');
  await dialog.getByRole('button', { name: 'Criar' }).click();
  await expect(ana.page).toHaveURL(/\/r\/[0-9a-f-]{36}$/);
  const bia = await person('Bia');
  await bia.joins();
  await bia.page.getByRole('button', { name: 'Entrar em Praia' }).click();
  await expect(lines(ana)).toHaveText(['Bia entrou como visitante']);
  // Nothing has been said yet: the room's first words stand above, and the line is where one looks.
  await expect(lines(ana)).toBeInViewport();
  await expect(ana.page.locator('.message-log__empty')).toBeInViewport();
  const reader = await person('a reader', { javaScriptEnabled: false });
  await reader.open(new URL(ana.page.url()).pathname);
  await expect(lines(reader)).toHaveText(['Bia entrou como visitante']);
});
