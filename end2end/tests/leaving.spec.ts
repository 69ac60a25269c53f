// What a browser keeps for a person: drafts and messages that wait. They are that person's, and go with the person.
import { expect, test, type Person } from '../fixtures.ts';
import { stored } from '../fixtures/stock.ts';

test.skip(!!process.env.CHAT_URL, 'looks at everything in the room');

const kept = ({ page }: Person) =>
  page.evaluate(async () => {
    const rows = await new Promise<string[]>((done) => {
      const open = indexedDB.open('chat-moderno');
      open.onsuccess = () => {
        const all = open.result.transaction('outbox').objectStore('outbox').getAll();
        all.onsuccess = () => done(all.result as string[]);
      };
    });
    const drafts = [localStorage, sessionStorage].flatMap((storage) =>
      Object.keys(storage).filter((key) => key.startsWith('draft:')),
    );
    return { rows: rows.length, drafts: drafts.length };
  });

async function signsOut(ana: Person, answer: 'accept' | 'dismiss' | 'unasked'): Promise<string> {
  let asked = '';
  ana.page.once('dialog', (dialog) => {
    asked = dialog.message();
    void (answer === 'accept' ? dialog.accept() : dialog.dismiss());
  });
  await ana.page.goto('/account');
  const button = ana.page.locator('form[action="/sign-out"]').getByRole('button');
  if (answer === 'dismiss') {
    await button.click();
    await expect.poll(() => asked).not.toBe('');
  } else {
    await Promise.all([ana.page.waitForURL((url) => url.pathname === '/'), button.click()]);
  }
  return asked;
}

test('the next person at a machine does not see what the one before has begun', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.composer.fill('Meia frase');
  expect((await kept(ana)).drafts).toBe(2);
  expect(await signsOut(ana, 'unasked')).toBe('');
  await ana.room.join('Bia');
  await expect(ana.room.composer).toHaveValue('');
  expect(await kept(ana)).toEqual({ rows: 0, drafts: 0 });
});

test('a draft of an earlier version, which says not whose it is, is shown to nobody', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.page.evaluate(() => localStorage.setItem('draft:lobby', 'De quem?'));
  await ana.reload();
  await expect(ana.room.composer).toHaveValue('');
  await expect.poll(() => ana.page.evaluate(() => localStorage.getItem('draft:lobby'))).toBe(null);
});

test('who signs out is asked about what waits to be sent, and it goes with them', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.page.routeWebSocket(/\/socket\.io\//, () => undefined);
  await ana.page.reload();
  for (const text of ['um', 'dois']) {
    await ana.room.say(text);
    await expect(ana.room.message(text)).toBeVisible();
  }
  await expect.poll(async () => (await kept(ana)).rows).toBe(2);
  expect(await signsOut(ana, 'dismiss')).toContain('2 mensagens estão na fila');
  expect((await kept(ana)).rows).toBe(2);
  expect(await signsOut(ana, 'accept')).toContain('2 mensagens');
  expect(await kept(ana)).toEqual({ rows: 0, drafts: 0 });
  expect((await stored(chat.url)).bodies).toEqual([]);
});

test('a draft in one tab survives what is sent in another, in this tab and after it', async ({ person }) => {
  const ana = await person('Ana');
  await ana.joins();
  await ana.room.composer.fill('Ainda não acabei');
  const { page, room } = await ana.opensAnotherTab();
  await room.composer.fill('Rápido');
  await room.composer.press('Enter');
  await room.expectSent('Rápido');
  await expect(ana.room.composer).toHaveValue('Ainda não acabei');
  await ana.reload();
  await expect(ana.room.composer).toHaveValue('Ainda não acabei');
  await page.close();
  const third = await ana.opensAnotherTab();
  await expect(third.room.composer).toHaveValue('Ainda não acabei');
});

test('a disk that hangs is waited for once, and not for each message', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.context.addInitScript(() => {
    Object.defineProperty(IDBFactory.prototype, 'open', { value: () => new EventTarget() });
  });
  await ana.joins();
  await ana.room.say('primeira');
  // Stored and told, it has the number of its place.
  await expect(ana.room.message('primeira')).toHaveAttribute('id', /^m-\d+$/, { timeout: 20_000 });
  await ana.room.say('segunda');
  await expect(ana.room.message('segunda')).toHaveAttribute('id', /^m-\d+$/, { timeout: 9_000 });
  expect((await stored(chat.url)).bodies).toEqual(['primeira', 'segunda']);
});

test('a browser that blocks cookies is told so before the name is taken', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.context.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false });
  });
  await ana.open();
  await expect(ana.room.refused).toContainText('bloqueia cookies');
  await ana.room.nameField.fill('Ana');
  await ana.room.enter.click();
  await expect(ana.room.nameField).toBeVisible();
  const other = await person('Outra');
  await other.open();
  await other.room.join('Ana');
  void chat;
});

test('the own bubble keeps its size and place when the answer comes', async ({ person }) => {
  for (const phone of [false, true]) {
    const name = phone ? 'Ana no telefone' : 'Ana';
    const ana = await person(name, { phone });
    let held: (() => void)[] = [];
    let hold = false;
    await ana.page.routeWebSocket(/\/socket\.io\//, (line) => {
      const server = line.connectToServer();
      line.onMessage((packet) => {
        if (hold && packet.toString().includes('"message"')) held.push(() => server.send(packet));
        else server.send(packet);
      });
    });
    await ana.joins();
    const texts = [1, 2].map((n) => `${n} Uma frase de ${name} que é comprida o bastante para encher a linha`);
    // On glass Enter breaks the line.
    const say = async (text: string) => {
      await ana.room.composer.fill(text);
      if (phone) await ana.room.send.click();
      else await ana.room.composer.press('Enter');
    };
    await say(texts[0]!);
    await ana.room.expectSent(texts[0]!);
    await ana.page.waitForFunction(() => document.getAnimations().length === 0);
    hold = true;
    await say(texts[1]!);
    const bubble = ana.room.message(texts[1]!).locator('.message-text');
    await expect(bubble).toBeVisible();
    await ana.page.waitForFunction(() => document.getAnimations().length === 0);
    const before = await bubble.boundingBox();
    hold = false;
    held.forEach((go) => go());
    await ana.room.expectSent(texts[1]!);
    await expect(ana.room.message(texts[1]!)).toContainText('Enviada');
    expect(await bubble.boundingBox()).toEqual(before);
  }
});

test('half a megabyte that is pasted neither freezes the page nor is taken, and the sentence says why', async ({
  person,
}) => {
  const ana = await person('Ana');
  await ana.joins();
  const took = await ana.page.evaluate(() => {
    const field = document.querySelector<HTMLTextAreaElement>('#text')!;
    field.focus();
    const begun = performance.now();
    document.execCommand('insertText', false, 'palavra '.repeat(65_536));
    void field.offsetHeight;
    return performance.now() - begun;
  });
  test.info().annotations.push({ type: 'milliseconds', description: String(Math.round(took)) });
  await ana.room.composer.press('Enter');
  await expect(ana.room.refused).toContainText('no máximo 4.000 caracteres; a sua tem 524.287');
  await ana.room.composer.fill('שלום');
  await expect(ana.room.composer).toHaveAttribute('dir', 'rtl');
  await ana.room.composer.fill('Oi');
  await expect(ana.room.composer).toHaveAttribute('dir', 'ltr');
});
