// What becomes of one's own message, and whether the screen tells the truth about it.
import { expect, test } from '../fixtures.ts';
import { refuseMessages } from '../fixtures/refusal.ts';

const OFFLINE = /ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed/;

test('a message written without a connection waits in sight and goes out by itself', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  ana.witness.expects(OFFLINE);
  await ana.joins();
  await bia.joins();

  await ana.context.setOffline(true);
  await ana.room.say('Escrevi no elevador');
  await expect(ana.room.message('Escrevi no elevador')).toBeVisible();
  await expect(ana.room.banner).toContainText(
    'Você está sem conexão. Suas mensagens serão enviadas assim que ela voltar.',
  );
  await expect(ana.room.message('Escrevi no elevador')).toHaveClass(/message-item--queued/);
  await expect(ana.room.message('Escrevi no elevador')).toContainText('Na fila. Vai sozinha quando a conexão voltar.');
  await expect(ana.room.composer).toBeEditable();
  await bia.room.say('Cadê a Ana?');
  await bia.room.expectSent('Cadê a Ana?');
  await expect(bia.room.message('Escrevi no elevador')).toHaveCount(0);

  // It says so for three seconds only.
  const back = expect(ana.room.banner).toContainText('De volta.', { timeout: 20_000 });
  await ana.context.setOffline(false);

  await back;
  await ana.room.expectSent('Escrevi no elevador');
  await expect(ana.room.message('Cadê a Ana?')).toHaveCount(1);
  await expect(bia.room.message('Escrevi no elevador')).toHaveCount(1);
  await expect(ana.room.message('Escrevi no elevador')).toContainText('Enviada');
});

test("one sees one's own message before the server has answered", async ({ person }) => {
  const ana = await person('Ana');
  const held: (() => void)[] = [];
  let hold = false;
  await ana.page.routeWebSocket(/\/socket\.io\//, (line) => {
    const server = line.connectToServer();
    server.onMessage((packet) => {
      if (hold) held.push(() => line.send(packet));
      else line.send(packet);
    });
  });
  await ana.joins();

  hold = true;
  await ana.room.say('Sem esperar');
  const message = ana.room.message('Sem esperar');
  await expect(message).toHaveCount(1);
  await expect(message).toContainText('Enviando…');
  const height = (await message.locator('.message-text').boundingBox())!.height;
  hold = false;
  for (const release of held) release();

  await expect(message).toContainText('Enviada');
  await ana.room.expectSent('Sem esperar');
  expect((await message.locator('.message-text').boundingBox())!.height).toBe(height);
});

test('a message whose answer was lost is sent again and is there once', async ({ person }) => {
  const ana = await person('Ana');
  const bia = await person('Bia');
  await bia.joins();
  let cut = false;
  await ana.page.routeWebSocket(/\/socket\.io\//, (line) => {
    const server = line.connectToServer();
    server.onMessage((packet) => {
      if (!cut) return line.send(packet);
      // The server has stored the message; the line breaks before Ana hears of it.
      cut = false;
      void line.close();
      void server.close();
    });
  });
  await ana.joins();

  cut = true;
  await ana.room.say('Só uma vez');

  await ana.room.expectSent('Só uma vez');
  await bia.room.expectSent('Só uma vez');
  await ana.reload();
  await ana.room.expectSent('Só uma vez');
});

test('a text that is too long stays where it was written, with the reason', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const text = 'x'.repeat(4_001);

  await ana.room.say(text);
  await expect(ana.room.refused).toHaveText('Uma mensagem tem no máximo 4.000 caracteres; a sua tem 4.001.');
  await expect(ana.room.composer).toHaveValue(text);
  await expect(ana.room.message(text)).toHaveCount(0);
  await ana.reload();
  await expect(ana.room.composer).toHaveValue(text);

  await ana.room.say(text.slice(1));
  await ana.room.expectSent(text.slice(1));
  await expect(ana.room.refused).toHaveCount(0);
});

test('a message the server refuses is not lost: the reason, and what can be done', async ({ person }) => {
  const ana = await person('Ana');
  await ana.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const refusal = await refuseMessages(ana.page);
  await ana.joins();
  const text = 'Posso falar?\nEm duas linhas?';

  refusal.on = true;
  await ana.room.say(text);
  const message = ana.room.messages.filter({ hasText: 'Posso falar?' });
  await expect(message).toHaveClass(/message-item--failed/);
  await expect(message).toContainText('Não enviada. Você está em silêncio por enquanto.');
  await message.getByRole('button', { name: 'Copiar' }).click();
  expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe(text);

  await message.getByRole('button', { name: 'Tentar de novo' }).click();
  await expect(message).toHaveCount(1);
  await expect(message).toHaveClass(/message-item--failed/);
  refusal.on = false;
  await message.getByRole('button', { name: 'Tentar de novo' }).click();
  await expect(message).not.toHaveClass(/message-item--failed/);
  await expect(message).toContainText('Enviada');
  await expect(message).toHaveCount(1);
});

test('a refused message can be thrown away, and the next one goes out', async ({ person }) => {
  const ana = await person('Ana');
  const refusal = await refuseMessages(ana.page);
  await ana.joins();

  refusal.on = true;
  await ana.room.say('Esta não');
  await expect(ana.room.message('Esta não')).toHaveClass(/message-item--failed/);
  refusal.on = false;
  await ana.room.say('Esta sim');
  await ana.room.expectSent('Esta sim');

  await ana.room.message('Esta não').getByRole('button', { name: 'Apagar' }).click();
  await expect(ana.room.message('Esta não')).toHaveCount(0);
  await ana.reload();
  await expect(ana.room.message('Esta não')).toHaveCount(0);
  await expect(ana.room.message('Esta sim')).toHaveCount(1);
});
