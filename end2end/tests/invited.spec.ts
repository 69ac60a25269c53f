// From an invite's link to talking in a private room: a name, the button, and what one has to say.
import { expect, test } from '../fixtures.ts';
import { ask, client, connected } from '../fixtures/stock.ts';
import type { Person } from '../fixtures/person.ts';

test.use({ options: { unlimited: true } });

/** Makes a private room in the name of `person`. */
async function closedRoom(person: Person, url: string, name: string): Promise<void> {
  const [cookie] = await person.context.cookies();
  const socket = client(url, { extraHeaders: { cookie: `${cookie!.name}=${cookie!.value}`, origin: url } });
  await connected(socket);
  await ask(socket, 'createRoom', { name, kind: 'private' });
  socket.disconnect();
}

test('two people go from an invite to talking in a private room in three actions each', async ({ chat, person }) => {
  const ines = await person('Inês');
  await ines.owns(chat.ownerLink);
  await closedRoom(ines, chat.url, 'Projeto Farol');
  await ines.page.goto('/settings');
  await ines.page.getByLabel('Para a sala').selectOption('Projeto Farol');
  await ines.page.getByRole('button', { name: 'Criar convite' }).click();
  const link = await ines.page.getByLabel('Link', { exact: true }).inputValue();
  await expect(ines.page.getByRole('img', { name: 'Código para a câmera' })).toBeVisible();

  const joana = await person('Joana');
  const otto = await person('Otto');
  for (const guest of [joana, otto]) {
    await guest.page.goto(link);
    await expect(guest.page.getByRole('heading', { level: 1 })).toHaveText('Você foi chamado para Projeto Farol');
    await guest.room.nameField.fill(guest.name); // one
    await guest.connectedAfter(() => guest.room.nameField.press('Enter')); // two
    await expect(guest.page).toHaveURL(/\/r\/[\w-]{36}$/);
  }
  await joana.room.say('Cheguei'); // three
  await expect(otto.room.message('Cheguei')).toContainText('Joana');
  await otto.room.say('Eu também');
  await expect(joana.room.message('Eu também')).toContainText('Otto');
  await joana.room.expectSent('Cheguei');
});

test('with scripts off an invite is as short', async ({ chat, person }) => {
  const ines = await person('Inês', { javaScriptEnabled: false });
  await ines.owns(chat.ownerLink);
  await ines.page.goto('/settings');
  await ines.page.getByRole('button', { name: 'Criar convite' }).click();
  const link = await ines.page.getByLabel('Link', { exact: true }).inputValue();
  const joana = await person('Joana', { javaScriptEnabled: false });
  await joana.page.goto(link);
  await joana.room.nameField.fill('Joana');
  await joana.room.enter.click();
  await expect(joana.page).toHaveURL(/\/r\/lobby$/);
  await joana.room.composer.fill('Cheguei');
  await joana.room.send.click();
  await expect(joana.room.message('Cheguei')).toContainText('Joana');
});
