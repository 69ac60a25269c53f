// Other programs in the page: translators, extensions that make links or change colours, before it is alive and after.
// Numbers are those of the attacks in the security plan.
import type { Page } from '@playwright/test';

import { expect, test, type Person } from '../fixtures.ts';
import { ask, connected, client, greeted, sayAll, speaker } from '../fixtures/stock.ts';

test.skip(!!process.env.CHAT_URL, 'looks at everything in the room');

/** The page was built anew, not taken over. */
const builtAnew = (page: Page) => page.evaluate(() => performance.getEntriesByName('built anew').length > 0);

/** Changes the document before any script runs. */
async function rewritten({ page, witness }: Person, change: (html: string) => string): Promise<void> {
  // What is built anew is built of templates, which the policy reports and allows.
  witness.expects(/require-trusted-types-for|csp-report/);
  // A document that the test has changed counts as one from elsewhere, which may not open a WebSocket to this machine.
  await page.context().grantPermissions(['local-network-access']);
  await page.route(/\/r\/lobby$/, async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.text()) });
  });
}

/** What a translator does to every text that can be seen, or to one element's. */
const translate = (page: Page, within = 'body') =>
  page.evaluate((within) => {
    for (const root of document.querySelectorAll(within)) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        if (!text.data.trim() || text.parentElement!.closest('script, textarea')) continue;
        const outer = document.createElement('font');
        const inner = document.createElement('font');
        inner.textContent = text.data;
        outer.append(inner);
        text.replaceWith(outer);
      }
    }
  }, within);

/** Its elements, what they say, and their attributes, but for keys that are drawn anew with each page. */
const drawn = (page: Page) =>
  page.evaluate(() => {
    const lines: string[] = [];
    const walk = (node: Node, depth: number) => {
      if (node instanceof Element) {
        const attributes = [...node.attributes]
          .filter(({ name, value }) => !(name === 'value' && /^[0-9a-f-]{36}$/.test(value)) && name !== 'autofocus')
          .map(({ name, value }) => `${name}=${value}`);
        lines.push(`${' '.repeat(depth)}${node.namespaceURI} ${node.localName} ${attributes.sort().join(' ')}`);
      } else if (node instanceof Text && node.data.trim()) {
        lines.push(`${' '.repeat(depth)}${node.data}`);
      }
      node.childNodes.forEach((child) => walk(child, depth + 1));
    };
    for (let node = document.body.firstChild; node && (node as Element).id !== 'icons'; node = node.nextSibling) {
      walk(node, 0);
    }
    return lines.join('\n');
  });

async function lives(ana: Person, text: string): Promise<void> {
  await ana.room.say(text);
  await ana.room.expectSent(text);
}

test('115 a message of characters that nobody sees kills no page', async ({ chat, person }) => {
  const mallory = await speaker(chat.url, 'Mallory');
  await sayAll(mallory, ['a\u0000b', 'c\rd', '\u0001e']);
  await expect(sayAll(mallory, ['\u0000'])).rejects.toThrow('empty');
  const ana = await person('Ana');
  await ana.joins();
  expect(await builtAnew(ana.page)).toBe(false);
  await lives(ana, 'Continuo aqui');
  mallory.disconnect();
});

test('a document as the server wrote it is taken over and not built anew', async ({ chat, person }) => {
  const mallory = await speaker(chat.url, 'Mallory');
  await sayAll(mallory, ['<b>&amp; "x" > y</b>\n\n- a\n\n', '🎉', 'https://example.org']);
  const ana = await person('Ana');
  await ana.joins();
  await lives(ana, 'Oi');
  await ana.reload();
  expect(await builtAnew(ana.page)).toBe(false);
  mallory.disconnect();
});

test('115 a page built anew is the page as the server wrote it', async ({ chat, person }) => {
  const bia = await speaker(chat.url, 'Bia');
  await sayAll(bia, ['um\ndois', 'três']);
  const ana = await person('Ana');
  await ana.joins();
  await lives(ana, 'Oi');
  await ana.reload();
  await expect(ana.page.locator('.people-panel section').first()).toBeVisible();
  await expect(ana.room.message('Oi')).toContainText('Enviada');
  const before = await drawn(ana.page);
  await rewritten(ana, (html) => html.replace('<body>', '<body><div id="bar">An extension</div>'));
  await ana.reload();
  expect(await builtAnew(ana.page)).toBe(true);
  await expect(ana.page.locator('.people-panel section').first()).toBeVisible();
  await expect.poll(() => drawn(ana.page)).toBe(before);
  bia.disconnect();
});

for (const [what, change] of [
  ['translates it', (html: string) => html.replace(/<p dir="auto">([^<]+)/g, '<p dir="auto"><font>$1</font>')],
  ['puts a bar on top of it', (html: string) => html.replace('<body>', '<body><div>bar</div>')],
  ['takes comments out of it', (html: string) => html.replace(/<!>/g, '')],
  ['takes a part out of it', (html: string) => html.replace(/<aside.*<\/aside>/s, '')],
  ['empties it', (html: string) => html.replace(/<div class="app-shell">.*?(?=<svg id="icons")/s, '')],
] as const) {
  test(`115 a page lives whose document another program changes before: it ${what}`, async ({ chat, person }) => {
    const bia = await speaker(chat.url, 'Bia');
    await sayAll(bia, ['Oi gente']);
    const ana = await person('Ana');
    await rewritten(ana, change);
    await ana.joins();
    expect(await builtAnew(ana.page)).toBe(true);
    await expect(ana.room.message('Oi gente')).toBeVisible();
    await lives(ana, 'Estou aqui');
    await sayAll(bia, ['E eu aqui']);
    await expect(ana.room.message('E eu aqui')).toBeVisible();
    bia.disconnect();
  });
}

test('115 a page that cannot be taken over, though nothing showed that, is built anew', async ({ chat, person }) => {
  const bia = await speaker(chat.url, 'Bia');
  await sayAll(bia, ['Oi gente']);
  const ana = await person('Ana');
  await rewritten(ana, (html) =>
    html.replace(/shape\(\) === \d+/, 'true').replace(/<p dir="auto">Oi gente/, '<p dir="auto">'),
  );
  await ana.joins();
  expect(await builtAnew(ana.page)).toBe(true);
  await expect(ana.room.message('Oi gente')).toBeVisible();
  await lives(ana, 'Estou aqui');
  bia.disconnect();
});

test('115 what was typed before the page lived is still there when it was built anew', async ({ person }) => {
  const ana = await person('Ana');
  await rewritten(ana, (html) => html.replace('<body>', '<body><div>bar</div>'));
  let go: () => void = () => undefined;
  const held = new Promise<void>((done) => (go = done));
  await ana.page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await ana.page.goto('/r/lobby', { waitUntil: 'commit' });
  await ana.room.nameField.fill('Ana Luz');
  await ana.connectedAfter(async () => go());
  await expect(ana.room.nameField).toHaveValue('Ana Luz');
});

test('115 a page that cannot live at all says so, and its forms work', async ({ chat, person }) => {
  const ana = await person('Ana');
  ana.witness.expects(/uncaught/, /unreachable/);
  await ana.joins();
  await rewritten(ana, (html) =>
    html.replace(/shape\(\) === \d+/, 'true').replace(/(id="page-data">)[^<]*/, '$1{"lang":"pt-BR"').replace(
      /page\.(hydrate|render)\(\)/g,
      '(() => { throw new Error("uncaught"); })()',
    ),
  );
  await ana.page.reload();
  await expect(ana.page.getByRole('alert')).toContainText('não se atualiza sozinha');
  await ana.room.composer.fill('Pelo formulário');
  await ana.room.send.click();
  await expect(ana.room.message('Pelo formulário')).toBeVisible();
  const reader = await connected(client(chat.url));
  const { messages } = await ask<{ messages: { body: string }[] }>(reader, 'history', {});
  expect(messages.map(({ body }) => body)).toEqual(['Pelo formulário']);
  reader.disconnect();
});

test('115 what is deleted, edited or renamed is so on a page that a translator has rewritten', async ({
  chat,
  person,
}) => {
  const { socket: bia } = await greeted(chat.url);
  await ask(bia, 'rename', { name: 'Bia' });
  const ana = await person('Ana');
  await ana.joins();
  const [first, second] = await sayAll(bia, ['segredo', 'errado']);
  await expect(ana.room.message('errado')).toBeVisible();
  await translate(ana.page);
  await expect(ana.page.locator('.message-text font').first()).toBeVisible();

  await ask(bia, 'delete', { target: first });
  await expect(ana.room.log).not.toContainText('segredo');
  await expect(ana.room.log).toContainText('Mensagem apagada');
  await ask(bia, 'edit', { target: second, body: 'certo' });
  await expect(ana.room.log).not.toContainText('errado');
  await expect(ana.room.message('certo')).toBeVisible();

  await translate(ana.page);
  await ask(bia, 'rename', { name: 'Bianca' });
  await expect(ana.room.log.locator('article').filter({ hasText: 'certo' })).toHaveAttribute('aria-label', /^Bianca/);
  await expect(ana.page.locator('.people-panel')).toContainText('Bianca');
  await expect(ana.room.messages.getByText('Bia', { exact: true })).toHaveCount(0);
  await lives(ana, 'Oi');
  bia.disconnect();
});

test('115 the chrome of a translated page goes on telling what happens', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('Oi');
  await ana.room.expectSent('Oi');
  await translate(ana.page);
  await ana.losesNetwork();
  await expect(ana.room.banner).toContainText('sem conexão');
  await expect(ana.page.locator('.me-card__status')).toHaveText('Sem conexão');
  await translate(ana.page);
  await ana.room.say('Espera');
  await expect(ana.room.message('Espera')).toContainText('Na fila');
  await ana.connectedAfter(() => ana.context.setOffline(false));
  await ana.room.expectSent('Espera');
  await expect(ana.room.message('Espera')).toContainText('Enviada');
  await expect(ana.room.message('Espera')).not.toContainText('Na fila');
  await expect(ana.room.log.getByText('Enviada')).toHaveCount(1);
  await expect(ana.page.locator('.me-card__status')).not.toHaveText('Sem conexão');
});

test('115 a program that dies later loads the page again, and says so if that helps nothing', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.say('rascunho guardado');
  await ana.room.expectSent('rascunho guardado');
  ana.witness.expects(/uncaught: dead/);
  const die = () =>
    ana.page.evaluate(() => {
      setTimeout(() => {
        throw new WebAssembly.RuntimeError('dead');
      });
    });
  await ana.connectedAfter(die);
  await lives(ana, 'De volta');
  await die();
  await expect(ana.page.getByRole('alert')).toContainText('não se atualiza sozinha');
});
