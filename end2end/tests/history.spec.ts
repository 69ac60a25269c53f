// A long past, and a reader who is not always at its end.
import { expect, test } from '../fixtures.ts';
import { ask, client, connected, fill } from '../fixtures/stock.ts';

test.use({ options: { unlimited: true } });

/**
 * Scrolls up until the first message is drawn. Runs in the page. Waits for nothing but the page's own changes.
 * Gives the worst jump, in pixels, of a message that stayed on the screen while older ones came. A message is where
 * its last line is: the oldest one drawn loses its head when the one before it turns out to be by the same author, and
 * is then another article in the same row.
 */
async function climb(log: Element): Promise<{ worst: number; loads: number }> {
  const oldest = () => log.querySelector('article')!;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const change = (before: string) =>
    new Promise<void>((done) => {
      const look = () => oldest().id !== before && (observer.disconnect(), done());
      const observer = new MutationObserver(look);
      observer.observe(log, { childList: true, subtree: true });
      look();
    });
  let worst = 0;
  let loads = 0;
  while (oldest().id !== 'm-1') {
    const before = oldest().id;
    log.scrollTop = -log.scrollHeight;
    await frame();
    const edge = log.getBoundingClientRect().top;
    const anchor = [...log.querySelectorAll('li:has(> article)')].find((row) => row.getBoundingClientRect().bottom > edge)!;
    const { bottom } = anchor.getBoundingClientRect();
    if (oldest().id !== before) continue;
    await change(before);
    await frame();
    await frame();
    if (anchor.isConnected) worst = Math.max(worst, Math.abs(anchor.getBoundingClientRect().bottom - bottom));
    else worst = Infinity;
    loads += 1;
  }
  return { worst, loads };
}

test('the first of 5,000 messages is reached by scrolling, and nothing jumps on the way', async ({ chat, person }) => {
  test.slow();
  await fill(chat.url, 5_000);
  const ana = await person('Ana');
  await ana.open();
  await expect(ana.room.message('Mensagem 5000')).toBeInViewport();

  const { worst, loads } = await ana.room.log.evaluate(climb);

  expect(worst, 'pixels a message moved under the reader').toBeLessThanOrEqual(1);
  expect(loads, 'pages of the past').toBeGreaterThan(10);
  await ana.room.log.evaluate((log) => (log.scrollTop = -log.scrollHeight));
  await expect(ana.room.message('Mensagem 1')).toBeInViewport();
  await expect(ana.page.getByRole('heading', { name: 'Aqui começa Praça' })).toBeInViewport();
  expect(await ana.room.messages.count(), 'rows kept in the page').toBeLessThanOrEqual(400);

  await ana.room.pill.click();
  await expect(ana.room.message('Mensagem 5000')).toBeInViewport();
});

test('the wheel of a mouse loads the past too', async ({ chat, person }) => {
  await fill(chat.url, 150);
  const ana = await person('Ana');
  await ana.open();
  await ana.room.log.hover();

  await expect(async () => {
    await ana.page.mouse.wheel(0, -2_000);
    await expect(ana.room.message('Mensagem 1')).toBeInViewport({ timeout: 200 });
  }).toPass();
});

test('the view follows what is said while it is at the end', async ({ chat, person }) => {
  await fill(chat.url, 60);
  const ana = await person('Ana');
  await ana.open();
  const bia = await connected(client(chat.url));

  for (let number = 1; number <= 5; number += 1) {
    await ask(bia, 'message', `Nova ${number}`);
    await expect(ana.room.message(`Nova ${number}`)).toBeInViewport();
  }
  await expect(ana.room.pill).toBeHidden();
  bia.disconnect();
});

test('who reads the past is not moved, and is told how much is new', async ({ chat, person }) => {
  await fill(chat.url, 60);
  const ana = await person('Ana');
  await ana.open();
  const bia = await connected(client(chat.url));
  await ana.room.log.evaluate((log) => (log.scrollTop = -700));
  const read = ana.room.message('Mensagem 40');
  await read.scrollIntoViewIfNeeded();
  const before = (await read.boundingBox())!.y;

  await ask(bia, 'message', 'Nova 1');
  await expect(ana.room.pill).toHaveText(/1 nova mensagem/);
  await ask(bia, 'message', 'Nova 2');
  await expect(ana.room.pill).toHaveText(/2 novas mensagens/);

  expect(Math.abs((await read.boundingBox())!.y - before)).toBeLessThanOrEqual(1);
  await expect(ana.room.message('Nova 2')).not.toBeInViewport();

  await ana.room.pill.click();
  await expect(ana.room.message('Nova 2')).toBeInViewport();
  await expect(ana.room.pill).toBeHidden();
  bia.disconnect();
});

test("one's own message brings the view back to the end", async ({ chat, person }) => {
  await fill(chat.url, 60);
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.log.evaluate((log) => (log.scrollTop = -700));

  await ana.room.say('Voltei');

  await expect(ana.room.message('Voltei')).toBeInViewport();
});

test('what was missed while away is there after coming back, without a gap', async ({ chat, person }) => {
  await fill(chat.url, 10);
  const ana = await person('Ana');
  ana.witness.expects(/ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed/);
  await ana.open();
  await ana.context.setOffline(true);
  await expect(ana.room.banner).toBeVisible();
  await fill(chat.url, 230);

  await ana.connectedAfter(() => ana.context.setOffline(false));

  await expect(ana.room.message('Mensagem 230')).toBeInViewport();
  const texts = await ana.room.texts();
  expect(texts.slice(-230)).toEqual(Array.from({ length: 230 }, (_, index) => `Mensagem ${index + 1}`));
});
