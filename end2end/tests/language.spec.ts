// A page speaks the language of who reads it: their own choice, else their browser's, else Portuguese.
import { expect, test } from '../fixtures.ts';
import type { Person } from '../fixtures/person.ts';

const PASSWORD = 'a good password';

/** Says a name on the English page. */
async function joins(who: Person): Promise<void> {
  await who.page.getByLabel('What should we call you?').fill(who.name);
  await who.page.getByRole('button', { name: 'Join', exact: true }).click();
}

/** Chooses Spanish on the English page of the account. */
async function choosesSpanish(who: Person): Promise<void> {
  const languages = who.page.getByRole('radiogroup', { name: 'Language' });
  await expect(languages.getByRole('radio', { name: 'Browser' })).toBeChecked();
  await languages.getByRole('radio', { name: 'Español' }).check();
  await who.page.locator('#language').getByRole('button', { name: 'Use' }).click();
  await expect(who.page.getByRole('status')).toHaveText('Idioma guardado.');
}

async function expectLanguage(who: Person, tag: string): Promise<void> {
  await expect(who.page.locator('html')).toHaveAttribute('lang', tag);
}

test('the browser says English, the person Spanish, and so do all of their devices', async ({ person }) => {
  const ana = await person('Ana', { locale: 'en-US' });
  const told: string[] = [];
  ana.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => told.push(payload.toString())));
  await ana.open();
  await expectLanguage(ana, 'en');
  await joins(ana);
  await expect(ana.page.getByLabel('Write to Praça')).toBeFocused();
  await ana.room.say('Hello');
  await ana.room.expectSent('Hello');
  await expect(ana.page.getByText(/^Today, [A-Z][a-z]+day, [A-Z][a-z]+ \d+$/)).toBeVisible();
  expect(told.some((packet) => packet.includes('"lang":"en"')), 'the page says its language').toBe(true);

  await ana.page.getByRole('link', { name: 'Keep the name Ana' }).click();
  await ana.page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await ana.page.getByLabel('New password, once more').fill(PASSWORD);
  await ana.page.getByRole('button', { name: 'Keep the name' }).click();
  await choosesSpanish(ana);
  await expectLanguage(ana, 'es');
  await ana.connectedAfter(() => ana.page.getByRole('link', { name: 'Volver al chat' }).click());
  await expectLanguage(ana, 'es');
  await expect(ana.page.getByLabel('Escribe en Praça')).toBeVisible();
  await ana.reload();
  await expectLanguage(ana, 'es');
  await expect(ana.page.getByLabel('Escribe en Praça')).toBeVisible();

  const elsewhere = await person('Ana elsewhere', { locale: 'en-GB' });
  await elsewhere.page.goto('/sign-in');
  await expectLanguage(elsewhere, 'en');
  await elsewhere.page.getByLabel('Name', { exact: true }).fill('Ana');
  await elsewhere.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await elsewhere.connectedAfter(() => elsewhere.page.getByRole('button', { name: 'Sign in' }).click());
  await expectLanguage(elsewhere, 'es');
  await expect(elsewhere.page.getByLabel('Escribe en Praça')).toBeVisible();
});

test('whoever reads none of our languages reads Portuguese', async ({ person }) => {
  const luc = await person('Luc', { locale: 'fr-FR' });
  await luc.open();
  await expectLanguage(luc, 'pt-BR');
  await expect(luc.room.nameField).toBeVisible();
});

test('without script one reads and chooses a language as well', async ({ person }) => {
  const ana = await person('Ana', { locale: 'en-US', javaScriptEnabled: false });
  await ana.open();
  await expectLanguage(ana, 'en');
  await joins(ana);
  await ana.page.getByLabel('Write to Praça').fill('Hello');
  await ana.page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(ana.room.message('Hello')).toBeVisible();
  await ana.page.goto('/account');
  await choosesSpanish(ana);
  await ana.open();
  await expectLanguage(ana, 'es');
  await expect(ana.page.getByRole('button', { name: 'Enviar', exact: true })).toBeVisible();
});

for (const [locale, title] of [
  ['en-US', 'There is nothing here'],
  ['es-MX', 'Aquí no hay nada'],
] as const) {
  test(`a page that is not there says so in the language of the browser: ${locale}`, async ({ person }) => {
    const ana = await person('Ana', { locale });
    ana.witness.expects(/404/);
    await ana.page.goto('/r/nowhere');
    await expect(ana.page.getByRole('heading', { name: title })).toBeVisible();
  });
}

for (const locale of ['pt-BR', 'en-US', 'es-MX']) {
  test(`on a telephone no title is cut: ${locale}`, async ({ chat, person }) => {
    const dara = await person('Dara', { locale, phone: true, javaScriptEnabled: false });
    await dara.page.goto(chat.ownerLink);
    await expectTitle(dara);
    await dara.page.getByRole('textbox').fill('Dara');
    await dara.page.getByRole('textbox').press('Enter');
    await expect(dara.page.getByRole('status')).toBeVisible();
    for (const path of ['/settings', '/moderation', '/account', '/sign-in']) {
      await dara.page.goto(path);
      await expectTitle(dara);
    }
  });
}

/** The page fits, and its title can be read to the end. */
async function expectTitle(who: Person): Promise<void> {
  await who.expectFits();
  const hidden = await who.page.locator('h1 > span').evaluate((title) => title.scrollWidth - title.clientWidth);
  expect(hidden, 'pixels of the title that nobody sees').toBeLessThanOrEqual(0);
}
