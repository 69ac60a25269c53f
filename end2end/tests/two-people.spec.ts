// The heart of it: people with a browser each, in one room.
import { expect, test } from '../fixtures.ts';

test('two people in two browsers talk with each other', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();

  await ana.room.say('Oi, Bia. Você me ouve?');
  await expect(bia.room.message('Oi, Bia. Você me ouve?')).toContainText('Ana');

  await bia.room.say('Alto e claro.');
  await expect(ana.room.message('Alto e claro.')).toContainText('Bia');
  await ana.room.expectSent('Oi, Bia. Você me ouve?');
  await bia.room.expectSent('Alto e claro.');
});

test('from the link to the first message it takes a name and a text', async ({ chat, person }) => {
  const bia = await person('Bia');
  await bia.joins();
  const newcomer = await person('Nina');
  await newcomer.open('/');
  const { page, room } = newcomer;

  await room.nameField.fill('Nina');
  await page.keyboard.press('Enter');
  await expect(room.composer).toBeFocused();
  await page.keyboard.type('Cheguei agora');
  await page.keyboard.press('Enter');

  await expect(bia.room.message('Cheguei agora')).toContainText('Nina');
  expect(chat.url).toBe(new URL(page.url()).origin);
});

test('everybody sees the same messages in the same order', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();

  const said = ['um', 'dois', 'três', 'quatro'].map((word) => `${word} ${crypto.randomUUID()}`);
  await Promise.all([
    ana.room.say(said[0]!).then(() => ana.room.say(said[1]!)),
    bia.room.say(said[2]!).then(() => bia.room.say(said[3]!)),
  ]);
  for (const text of said) {
    await ana.room.expectSent(text);
    await bia.room.expectSent(text);
  }

  const ours = (texts: string[]) => texts.filter((text) => said.includes(text));
  expect(ours(await bia.room.texts())).toEqual(ours(await ana.room.texts()));
});

test('a message goes out and comes in without the page being loaded again', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.page.evaluate(() => Object.assign(window, { stillHere: true }));

  await ana.room.say('Sem recarregar');

  await ana.room.expectSent('Sem recarregar');
  expect(await ana.page.evaluate(() => 'stillHere' in window)).toBe(true);
});

test('the name stays after the page was loaded again', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Ainda sou eu');
  await ana.room.expectSent('Ainda sou eu');

  await ana.reload();

  await expect(ana.room.nameField).toBeHidden();
  await expect(ana.room.composer).toBeVisible();
  await expect(ana.room.message('Ainda sou eu')).toHaveClass(/message-item--own/);
});

test('a newcomer reads along before saying a name', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const reader = await person('a reader');
  await reader.open();

  await ana.room.say('Quem lê também é gente');

  await expect(reader.room.message('Quem lê também é gente')).toBeVisible();
});
