// The page as a document, before any script: what `curl` shows.
import { expect, test } from '../fixtures.ts';
import { fill } from '../fixtures/stock.ts';

test.describe('with a past', () => {
  test.use({ options: { unlimited: true } });

  test('the last 50 messages are in the HTML, as text', async ({ chat }) => {
    await fill(chat.url, 60);
    for (const path of ['/', '/r/lobby']) {
      const html = await (await fetch(chat.url + path)).text();
      const body = html.replace(/<script[\s\S]*?<\/script>/g, '');
      const shown = [...body.matchAll(/Mensagem (\d+)/g)].map(([, number]) => Number(number));
      expect(shown).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
    }
  });

  test('the page of a message shows what was said around it', async ({ chat, person }) => {
    const seqs = await fill(chat.url, 300);
    const ana = await person('Ana');
    await ana.open(`/r/lobby/${seqs[99]}`);

    await expect(ana.room.message('Mensagem 100')).toBeInViewport();
    await expect(ana.room.message('Mensagem 99')).toBeVisible();
    await expect(ana.room.message('Mensagem 101')).toBeVisible();
    await expect(ana.room.pill).toHaveText(/Voltar ao presente/);
    await ana.room.pill.click();
    await expect(ana.room.message('Mensagem 300')).toBeInViewport();
  });
});

test('the document is in Portuguese and has one heading', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.open();
  await expect(ana.page.locator('html')).toHaveAttribute('lang', 'pt-BR');
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Praça');
  await expect(ana.page).toHaveTitle(/Praça/);
  expect(chat.url).toContain('http');
});

test('063 the policy of the page names a nonce, and no inline style is needed', async ({ chat }) => {
  const answer = await fetch(`${chat.url}/r/lobby`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  const html = await answer.text();
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];

  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(nonce).toBeTruthy();
  expect(html).toContain(`nonce="${nonce}"`);
  expect(html).not.toMatch(/\sstyle="/);
  expect(html).not.toMatch(/\son[a-z]+="/);
  const again = (await fetch(`${chat.url}/r/lobby`)).headers.get('content-security-policy');
  expect(again).not.toBe(policy);
});

test('the script and the sheet come compressed, and never change under their name', async ({ chat, person }) => {
  test.skip(!!process.env.CHAT_URL, 'a watched build names its files without a hash');
  const ana = await person('Ana');
  const assets: { url: string; cache?: string; coding?: string }[] = [];
  ana.page.on('response', (response) => {
    if (!response.url().includes('/pkg/')) return;
    const headers = response.headers();
    assets.push({ url: response.url(), cache: headers['cache-control'], coding: headers['content-encoding'] });
  });
  await ana.open();

  expect(assets.map(({ url }) => /\.(\w+)(\?.*)?$/.exec(url)?.[1])).toEqual(
    expect.arrayContaining(['css', 'js', 'wasm']),
  );
  for (const { url, cache, coding } of assets) {
    expect(cache, url).toContain('immutable');
    if (/\.(css|js|wasm)$/.test(url)) expect(coding, url).toMatch(/br|gzip|zstd/);
  }
  expect(chat.url).toBeTruthy();
});

test('the server says that it lives and that it can store', async ({ chat }) => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await fetch(chat.url + path);
    expect([answer.status, (await answer.text()).trim()]).toEqual([200, 'ok']);
  }
});
