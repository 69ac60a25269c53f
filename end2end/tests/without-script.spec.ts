// A browser with script switched off reads, takes a name and takes part.
import { expect, test } from '../fixtures.ts';
import { ask, fill, greeted } from '../fixtures/stock.ts';

const NO_SCRIPT = { javaScriptEnabled: false };

test('without script one reads and posts', async ({ person }) => {
  const bia = await person('Bia');
  await bia.joins();
  const ana = await person('Ana', NO_SCRIPT);
  await ana.open();

  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  await expect(ana.room.composer).toBeVisible();
  await ana.room.composer.fill('Escrito sem script');
  await ana.room.send.click();

  await expect(ana.page).toHaveURL(/\/r\/lobby/);
  await expect(ana.room.message('Escrito sem script')).toContainText('Ana');
  await expect(bia.room.message('Escrito sem script')).toContainText('Ana');

  await bia.room.say('E lido sem script');
  await bia.room.expectSent('E lido sem script');
  await ana.reload();
  await expect(ana.room.message('E lido sem script')).toContainText('Bia');
});

test('a reload after posting without script posts nothing again', async ({ person }) => {
  const ana = await person('Ana', NO_SCRIPT);
  await ana.open();
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  await ana.room.composer.fill('Uma vez só');
  await ana.room.send.click();
  await expect(ana.room.message('Uma vez só')).toHaveCount(1);

  await ana.reload();

  await expect(ana.room.message('Uma vez só')).toHaveCount(1);
});

test('the same form sent twice is one message', async ({ chat, person }) => {
  const ana = await person('Ana', NO_SCRIPT);
  await ana.open();
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  const key = await ana.page.locator('.composer input[name="key"]').inputValue();

  // What an impatient finger does: the very same form, before the first answer is there.
  const post = () =>
    ana.context.request.post('/r/lobby', {
      form: { body: 'Cliquei duas vezes', key },
      headers: { origin: chat.url },
    });
  const answers = await Promise.all([post(), post()]);

  for (const answer of answers) expect(answer.ok()).toBe(true);
  await ana.reload();
  await expect(ana.room.message('Cliquei duas vezes')).toHaveCount(1);
});

test('a text that is too long is refused in words', async ({ person }) => {
  const ana = await person('Ana', NO_SCRIPT);
  ana.witness.expects(/\b422\b/);
  await ana.open();
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  await ana.room.composer.fill('x'.repeat(4_001));
  await ana.room.send.click();

  await expect(ana.page.getByText('O texto é comprido demais.')).toBeVisible();
});

test('a name that is taken comes back in its field', async ({ chat, person }) => {
  const { socket: bia } = await greeted(chat.url);
  await ask(bia, 'rename', { name: 'Bia' });
  const ana = await person('Ana', NO_SCRIPT);
  await ana.open();
  await ana.room.nameField.fill('Bia');
  await ana.room.enter.click();
  await expect(ana.page).toHaveURL(/refused=name_taken/);
  await expect(ana.room.nameField).toHaveValue('Bia');
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  await expect(ana.room.composer).toBeVisible();
  bia.disconnect();
});

test.describe('with a past', () => {
  test.use({ options: { unlimited: true } });

  test('without script the past is a link away, page by page', async ({ chat, person }) => {
    await fill(chat.url, 120);
    const ana = await person('Ana', NO_SCRIPT);
    await ana.open();
    await expect(ana.room.messages).toHaveCount(50);
    await expect(ana.room.message('Mensagem 120')).toBeVisible();
    await expect(ana.room.message('Mensagem 71')).toHaveCount(1);

    await ana.room.older.click();
    await expect(ana.room.message('Mensagem 70')).toHaveCount(1);
    await ana.room.older.click();
    await expect(ana.room.message('Mensagem 1')).toHaveCount(1);
    await expect(ana.room.older).toHaveCount(0);
  });
});
