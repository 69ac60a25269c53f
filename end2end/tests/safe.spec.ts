// What people write is text wherever it appears. Numbers are those of the attacks in the security plan.
import { expect, test, type Person } from '../fixtures.ts';
import { speaker, sayAll } from '../fixtures/stock.ts';

const HOSTILE = [
  '<img src=x onerror="window.owned=1">',
  '<script>window.owned=1</script>',
  '</script><script>window.owned=1</script>',
  '<svg onload=window.owned=1>',
  '<style>*{display:none}</style>',
  '<!--',
  '{{7*7}} ${7*7} \u2028\u2029',
];

async function expectUnharmed({ page, room }: Person): Promise<void> {
  expect(await page.evaluate(() => 'owned' in window)).toBe(false);
  await expect(room.log.locator('img, script, style, .message-text svg')).toHaveCount(0);
}

test('057 markup in a message is shown as text, live and from the server', async ({ chat, person }) => {
  test.skip(!!process.env.CHAT_URL, 'says more than the limits of a shared server allow');
  const ana = await person('Ana');
  await ana.open();
  const mallory = await speaker(chat.url, 'Mallory');
  for (const text of HOSTILE.slice(0, 4)) await sayAll(mallory, [text]);
  const other = await speaker(chat.url, 'Trudy');
  for (const text of HOSTILE.slice(4)) await sayAll(other, [text]);

  for (const text of HOSTILE.slice(0, 6)) await expect(ana.room.message(text)).toBeVisible();
  await expectUnharmed(ana);

  await ana.reload();
  for (const text of HOSTILE.slice(0, 6)) await expect(ana.room.message(text)).toBeVisible();
  await expectUnharmed(ana);
  mallory.disconnect();
  other.disconnect();
});

test('060 markup in a name is shown as text, live and from the server', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.open();
  const name = '</script><b onclick=x()>Eva';
  const eva = await speaker(chat.url, name);
  await sayAll(eva, ['Meu nome é esquisito']);

  await expect(ana.room.message('Meu nome é esquisito')).toContainText(name);
  await expectUnharmed(ana);
  await ana.reload();
  await expect(ana.room.message('Meu nome é esquisito')).toContainText(name);
  await expectUnharmed(ana);
  eva.disconnect();
});

test("060 markup in one's own name is text everywhere it appears", async ({ person }) => {
  const eva = await person('<img src=x onerror=alert(1)>');
  await eva.joins();
  await eva.room.say('Sou eu');
  await eva.room.expectSent('Sou eu');

  await expect(eva.room.message('Sou eu')).toContainText(eva.name);
  await expectUnharmed(eva);
  await eva.reload();
  await expect(eva.room.message('Sou eu')).toContainText(eva.name);
  await expectUnharmed(eva);
});

test('007 the page refuses to be shown in a frame, even by its own server', async ({ person }) => {
  const ana = await person('Ana');
  ana.witness.expects(/frame-ancestors|ERR_BLOCKED_BY_RESPONSE/);
  await ana.page.goto('/healthz');

  const refusal = ana.page.waitForEvent('requestfailed', (request) => request.url().endsWith('/r/lobby'));
  await ana.page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.src = '/r/lobby';
    document.body.append(frame);
  });

  expect((await refusal).failure()?.errorText).toBe('net::ERR_BLOCKED_BY_RESPONSE');
  await expect(ana.page.frameLocator('iframe').getByRole('log')).toHaveCount(0);
});

test('a message has an address, and its page points at it', async ({ chat, person }) => {
  const eva = await speaker(chat.url, 'Eva');
  const [seq] = await sayAll(eva, ['Apontem para mim', 'e não para mim']);
  const ana = await person('Ana');

  await ana.open(`/r/lobby/${seq}`);

  await expect(ana.room.message('Apontem para mim')).toHaveAttribute('id', `m-${seq}`);
  await expect(ana.room.message('Apontem para mim')).toHaveClass(/message-item--pointed/);
  await expect(ana.room.message('Apontem para mim')).toBeInViewport();
  await expect(ana.room.message('e não para mim')).not.toHaveClass(/message-item--pointed/);
  eva.disconnect();
});

test('a room that does not exist is a 404 with a way out', async ({ person }) => {
  const ana = await person('Ana');
  ana.witness.expects(/status of 404|status 404/);
  const answer = await ana.page.goto('/r/nowhere');

  expect(answer?.status()).toBe(404);
  await ana.page.getByRole('link', { name: 'Ir para a sala' }).click();
  await expect(ana.room.log).toBeVisible();
});
