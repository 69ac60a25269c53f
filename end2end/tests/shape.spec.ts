// The shape of things: at every width, at 400 % zoom, without colours of ours, at midnight, with columns and indents.
import { expect, test } from '../fixtures.ts';

test('in the settings people have names at every width, and a ban is asked about first', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.owns(chat.ownerLink);
  const bia = await person('Bia Maria da Conceição');
  await bia.joins();
  for (const width of [320, 390, 768, 1024, 1440, 1920]) {
    await ana.page.setViewportSize({ width, height: 900 });
    await ana.page.goto('/settings');
    const name = ana.page.locator('.member-list__who b', { hasText: 'Bia Maria' });
    expect((await name.boundingBox())!.width, `at ${width}`).toBeGreaterThan(100);
    await ana.expectFits();
  }
  const row = ana.page.locator('.member-list__member', { hasText: 'Bia Maria' });
  const question = row.locator('details');
  await question.locator('summary').click();
  await expect(question).toContainText('Bia Maria');
  await expect(bia.room.composer).toBeEditable();
  bia.witness.expects(/./);
  await question.getByRole('button').click();
  await expect(row).toContainText('Banid');
});

test('at 400 % zoom the talk and the rooms of the drawer can be reached', async ({ person }) => {
  const ana = await person('Ana', { viewport: { width: 320, height: 225 } });
  await ana.joins();
  await ana.room.say('lido com zoom');
  await ana.room.expectSent('lido com zoom');
  const box = (await ana.page.locator('.message-pane').boundingBox())!;
  expect(box.height).toBeGreaterThanOrEqual(150);
  await ana.room.message('lido com zoom').scrollIntoViewIfNeeded();
  await expect(ana.room.message('lido com zoom')).toBeInViewport();
  await ana.page.getByRole('button', { name: /Salas e conversas/ }).click();
  const room = ana.page.locator('.room-rail').getByRole('link', { name: /Praça/ });
  await room.scrollIntoViewIfNeeded();
  await expect(room).toBeInViewport({ ratio: 1 });
});

test('without colours of ours the chosen option and the focus are seen', async ({ person }) => {
  const ana = await person('Ana', { forcedColors: 'active' });
  await ana.joins();
  const outlined = (selector: string) =>
    ana.page.locator(selector).first().evaluate((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
  expect(await outlined('.composer__row')).toBe(true);
  await ana.page.keyboard.press('Control+k');
  expect(await outlined('.switcher__field')).toBe(true);
  expect(await outlined('.switcher__option[aria-selected=true]')).toBe(true);
  await ana.page.keyboard.press('Escape');
  await ana.page.getByRole('button', { name: 'Criar sala' }).click();
  expect(await outlined('.choice-group__choice:has(:checked)')).toBe(true);
});

test('columns and indents stay, each line has its own side, and stacked marks stay in their row', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('  nome   nota\n  Ana    10\nשלום, עולם');
  const text = ana.room.messages.last().locator('.message-text p');
  await expect(text).toContainText('  nome   nota');
  expect(await text.evaluate((p) => getComputedStyle(p).whiteSpace)).toContain('pre');
  const [first, last] = await text.evaluate((p) => {
    const lines = [...p.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const rect = (node: Node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right } = range.getBoundingClientRect();
      return { left, right };
    };
    const { left, right } = p.getBoundingClientRect();
    const of = (node: Node) => ({ left: rect(node).left - left, right: right - rect(node).right });
    return [of(lines[0]!), of(lines.at(-1)!)];
  });
  expect(first!.left).toBeLessThanOrEqual(1);
  expect(last!.right).toBeLessThanOrEqual(1);

  await ana.room.say(`Z${'\u0351\u0327\u0300'.repeat(60)}algo`);
  const marked = ana.room.messages.last().locator('.message-text');
  await expect(marked).toContainText('algo');
  expect(await marked.evaluate((text) => getComputedStyle(text).overflowY)).toBe('clip');
});

test('"today" turns at midnight in a quiet room', async ({ person }) => {
  const ana = await person('Ana');
  await ana.page.clock.install();
  await ana.joins();
  await ana.room.say('hoje ainda');
  await ana.room.expectSent('hoje ainda');
  const heading = ana.page.locator('.day-separator').last();
  await expect(heading).toHaveText(/^Hoje/);
  // A day in a moment: to the page the line is long dead.
  ana.witness.expects(/./);
  await ana.page.clock.fastForward('24:00:00');
  await expect(heading).toHaveText(/^Ontem/);
});

test('slow mode of another length than the list offers is kept, and two refusals are told at once', async ({
  person,
}) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.page.getByRole('button', { name: 'Criar sala' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Criar sala' });
  await dialog.getByLabel('Nome').fill('Devagar');
  await ana.connectedAfter(() => dialog.getByRole('button', { name: 'Criar', exact: true }).click());
  const room = decodeURIComponent(new URL(ana.page.url()).pathname.split('/')[2]!);
  const set = (seconds: number) =>
    ana.page.evaluate(
      async ([room, seconds]) => {
        const script = await import('/socket.io/socket.io.esm.min.js' as string);
        const socket = script.io({ auth: { v: 1 }, forceNew: true });
        await new Promise((done) => socket.once('hello', done));
        const reply = await socket.emitWithAck('slowMode', { room, seconds });
        socket.disconnect();
        return reply;
      },
      [room, seconds] as const,
    );
  expect(await set(45)).toHaveProperty('ok');
  await ana.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await ana.page.getByRole('menuitem', { name: 'Ajustes da sala' }).click();
  const settings = ana.page.locator('#room-settings');
  await expect(settings.locator('select')).toHaveValue('45');
  await settings.getByLabel('Nome').fill('Mais devagar');
  await settings.getByRole('button', { name: 'Salvar' }).click();
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Mais devagar');
  await ana.page.getByRole('button', { name: 'Mais sobre a sala' }).click();
  await ana.page.getByRole('menuitem', { name: 'Ajustes da sala' }).click();
  await expect(settings.locator('select')).toHaveValue('45');
  await settings.getByLabel('Nome').fill('\u200b');
  await settings.getByLabel('Assunto').fill('x'.repeat(300));
  await settings.getByRole('button', { name: 'Salvar' }).click();
  await expect(ana.room.refused).toContainText('comprido demais');
  expect(((await ana.room.refused.textContent()) ?? '').trim().split('. ').length).toBeGreaterThan(1);
});
