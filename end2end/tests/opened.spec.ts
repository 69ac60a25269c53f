// What begins while a page is open: a conversation, a room one is put into, a new public room.
import { expect, test } from '../fixtures.ts';
import { ask, greeted, sayAll } from '../fixtures/stock.ts';

test.use({ options: { unlimited: true } });

test('a conversation that somebody begins stands in the rail of an open page, and calls', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Oi');
  await ana.room.expectSent('Oi');
  const { socket: bia } = await greeted(chat.url);
  await ask(bia, 'rename', { name: 'Bia' });
  const { members } = await ask<{ members: { id: string; name: string }[] }>(bia, 'members', {});
  const { id } = members.find(({ name }) => name === 'Ana')!;
  const { room } = await ask<{ room: { id: string } }>(bia, 'createRoom', { name: 'Ana', kind: 'direct', members: [id] });
  const link = ana.page.locator('.room-rail').getByRole('link', { name: /Bia/ });
  await expect(link).toBeVisible();
  await ask(bia, 'message', 'Só para você', { room: room.id });
  await expect(link).toContainText('1');
  await link.click();
  await expect(ana.room.message('Só para você')).toBeVisible();
  bia.disconnect();
});

test('a room that one is put into and a new public room stand in the rail of an open page', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const { socket: bia } = await greeted(chat.url);
  const { members } = await ask<{ members: { id: string; name: string }[] }>(bia, 'members', {});
  const { id } = members.find(({ name }) => name === 'Ana')!;
  await ask(bia, 'createRoom', { name: 'Turma fechada', kind: 'private', members: [id] });
  await expect(ana.page.locator('.room-rail').getByRole('link', { name: 'Turma fechada' })).toBeVisible();
  await ask(bia, 'createRoom', { name: 'Turma aberta', kind: 'public' });
  await expect(ana.page.locator('.room-rail__open').getByRole('link', { name: 'Turma aberta' })).toBeVisible();
  bia.disconnect();
});

for (const script of [true, false]) {
  test(`who made a private room brings somebody into it by name, ${script ? 'on a living page' : 'without script'}`, async ({
    person,
  }) => {
    const ana = await person('Ana');
    await ana.joins();
    const bia = await person('Bia', script ? {} : { javaScriptEnabled: false });
    await bia.open();
    await bia.room.nameField.fill('Bia');
    await bia.room.enter.click();
    await bia.page.locator('[popovertarget="new-room"]').first().click();
    await bia.page.locator('#new-room-name').fill('Turma fechada');
    await bia.page.locator('#new-room-private').check();
    await bia.page.locator('#new-room').getByRole('button', { name: 'Criar' }).click();
    await expect(bia.page).toHaveURL(/\/r\/[0-9a-f-]{36}/);

    const field = bia.page.getByLabel('Trazer alguém para a sala');
    const bring = bia.page.getByRole('button', { name: 'Trazer' });
    await field.fill('Ninguém');
    await bring.click();
    await expect(bia.page.getByText('Ninguém aqui tem esse nome.').first()).toBeVisible();
    await field.fill('Ana');
    await bring.click();

    const link = ana.page.locator('.room-rail').getByRole('link', { name: 'Turma fechada' });
    await expect(link).toBeVisible();
    await expect(bia.page.locator('.people-panel')).toContainText('Ana');
    await expect(bia.room.log).toContainText('Ana');
    await link.click();
    await expect(ana.room.composer).toBeVisible();
    await expect(ana.page.getByLabel('Trazer alguém para a sala')).toBeHidden();
  });
}

test('somebody without a name looks at a room, says a name there, and then enters it', async ({ chat, person }) => {
  const { socket: bia } = await greeted(chat.url);
  const { room } = await ask<{ room: { id: string } }>(bia, 'createRoom', { name: 'Oficina', kind: 'public' });
  const ana = await person('Ana');
  await ana.open();
  await ana.connectedAfter(() => ana.page.getByRole('button', { name: /Entrar em.*Oficina/ }).click());
  await expect(ana.page).toHaveURL(new RegExp(`/r/${room.id}$`));
  await expect(ana.room.nameField).toBeVisible();
  const people = () => ask<{ members: { name: string }[] }>(bia, 'members', { room: room.id });
  expect((await people()).members).toHaveLength(1);
  await ana.room.nameField.fill('Ana');
  await ana.room.nameField.press('Enter');
  await ana.connectedAfter(() => ana.page.locator('.composer--closed').getByRole('button', { name: 'Entrar' }).click());
  await expect(ana.room.composer).toBeVisible();
  expect((await people()).members.map(({ name }) => name).sort()).toEqual(['Ana', (await people()).members[0]!.name].sort());
  bia.disconnect();
});

test('a second tab learns the name that was said in the first', async ({ person }) => {
  const ana = await person('Ana');
  await ana.open();
  const { page, room } = await ana.opensAnotherTab();
  await expect(room.nameField).toBeVisible();
  await ana.room.join('Ana');
  await expect(room.composer).toBeVisible();
  await expect(room.nameField).toBeHidden();
  await expect(page.locator('.me-card__name')).toHaveText('Ana');
  await room.say('Da outra aba');
  await ana.room.expectSent('Da outra aba');
});

test('the first click on a card called from the conversation is heard, and Tab leaves it where it is', async ({
  chat,
  person,
}) => {
  const { socket: bia } = await greeted(chat.url);
  await ask(bia, 'rename', { name: 'Bia' });
  await sayAll(bia, ['Oi']);
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.message('Oi').getByRole('button', { name: 'Bia' }).click();
  const card = ana.page.locator('.person-card');
  await expect(card).toBeVisible();
  const before = await card.boundingBox();
  await ana.page.keyboard.press('Tab');
  expect(await card.boundingBox()).toEqual(before);
  const talk = card.getByRole('button').first();
  const place = (await talk.boundingBox())!;
  await ana.page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
  await ana.page.mouse.down();
  expect(await card.boundingBox()).toEqual(before);
  await ana.connectedAfter(() => ana.page.mouse.up());
  await expect(ana.page).not.toHaveURL(/\/r\/lobby$/);
  bia.disconnect();
});

for (const line of ['by a line', 'by the line that comes after one has typed']) {
  test(`"go to" finds somebody who is not in the room on the screen, ${line}`, async ({ chat, person }) => {
    const { socket: bia } = await greeted(chat.url);
    await ask(bia, 'rename', { name: 'Bianca' });
    const ana = await person('Ana');
    await ana.joins();
    const { room } = await ask<{ room: { id: string } }>(bia, 'createRoom', { name: 'Oficina', kind: 'public' });
    const { socket: eva } = await greeted(chat.url);
    await ask(eva, 'rename', { name: 'Evandro' });
    await ana.connectedAfter(() => ana.page.goto(`/r/${room.id}`));
    if (line !== 'by a line') {
      await ana.losesNetwork();
    }
    await ana.page.keyboard.press('Control+k');
    await ana.page.keyboard.type('evan');
    await ana.context.setOffline(false);
    const option = ana.page.getByRole('option', { name: /Evandro/ });
    await expect(option).toBeVisible();
    await ana.page.keyboard.press('Enter');
    await expect(ana.page).not.toHaveURL(new RegExp(room.id));
    await expect(ana.page.getByRole('heading', { name: 'Evandro', exact: true })).toBeVisible();
    bia.disconnect();
    eva.disconnect();
  });
}
