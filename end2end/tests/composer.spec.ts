// The box one writes in.
import { expect, test } from '../fixtures.ts';

test('Enter sends, Shift and Enter break the line', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const { composer } = ana.room;

  await composer.pressSequentially('uma linha');
  await composer.press('Shift+Enter');
  await composer.pressSequentially('e outra');
  await expect(composer).toHaveValue('uma linha\ne outra');
  await composer.press('Enter');

  await expect(composer).toHaveValue('');
  const message = ana.room.messages.filter({ hasText: 'uma linha' });
  await expect(message).toHaveCount(1);
  await expect(message.locator('.message-text')).toHaveText(/uma linha\s*e outra/, { useInnerText: true });
});

test('the button sends too', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();

  await expect(ana.room.composer).toHaveAttribute('placeholder', 'Diga a primeira palavra');
  await ana.room.composer.fill('Com o botão');
  await ana.room.send.click();

  await ana.room.expectSent('Com o botão');
  await expect(ana.room.composer).toHaveValue('');
  await expect(ana.room.composer).toHaveAttribute('placeholder', 'Escreva para Praça');
});

test('the Enter that ends an input method does not send', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const keyboard = await ana.context.newCDPSession(ana.page);

  // What a browser does while somebody writes Japanese: the text is composed, and Enter accepts it.
  await ana.room.composer.focus();
  await keyboard.send('Input.imeSetComposition', { text: 'にほんご', selectionStart: 4, selectionEnd: 4 });
  await expect(ana.room.composer).toHaveValue('にほんご');
  await ana.room.composer.dispatchEvent('keydown', {
    key: 'Enter',
    isComposing: true,
    bubbles: true,
    cancelable: true,
  });
  await expect(ana.room.composer).toHaveValue('にほんご');
  await keyboard.send('Input.insertText', { text: 'にほんご' });
  await expect(ana.room.composer).toHaveValue('にほんご');

  await ana.room.composer.press('Enter');
  await ana.room.expectSent('にほんご');
  await expect(ana.room.message('にほんご')).toHaveCount(1);
});

test('nothing but white space is not sent', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();

  await ana.room.composer.fill('   \n ');
  await ana.room.composer.press('Enter');
  await ana.room.say('depois do vazio');

  await ana.room.expectSent('depois do vazio');
  await expect(ana.page.locator('.message-item--own')).toHaveCount(1);
});

test('a draft outlives a reload', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.composer.pressSequentially('ainda não terminei');

  await ana.reload();
  await expect(ana.room.composer).toHaveValue('ainda não terminei');

  await ana.room.composer.press('Enter');
  await ana.room.expectSent('ainda não terminei');
  await ana.reload();
  await expect(ana.room.composer).toHaveValue('');
});

test('who writes faster than the server allows loses nothing', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await ana.joins();
  await bia.joins();
  const said = Array.from({ length: 7 }, (_, index) => `depressa ${index + 1}`);

  for (const text of said) await ana.room.say(text);

  for (const text of said) await bia.room.expectSent(text);
  const heard = (await bia.room.texts()).filter((text) => text.startsWith('depressa'));
  expect(heard).toEqual(said);
});
