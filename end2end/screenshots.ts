// A room as it looks after an afternoon. How to run it: screenshots.config.ts.
import { resolve } from 'node:path';

import type { Socket } from 'socket.io-client';

import { expect, test, type Person } from './fixtures.ts';
import { ask, speaker } from './fixtures/stock.ts';

const FOLDER = resolve(process.env.SCREENSHOTS ?? 'test-results/screenshots');

/** The last word is the visitor's own: it is written on the screen. */
const ME = 'Marina Duarte';

const TALK: [string, string][] = [
  ['Dara Okafor', 'Bom dia! Amanhã lançamos o Farol. Às 15h, aqui mesmo, com café e bolo de fubá. ☕'],
  ['Inês Sampaio', 'Que beleza! Então só falta o ensaio:\n1. abrir a sala às 14h30\n2. testar o som\n3. ninguém corre'],
  ['Tomás Reis', '😂'],
  [
    'Bia Nakamura',
    'Uma dúvida sobre o texto da entrada: se a pessoa chega pelo convite, ela lê tudo o que já foi dito na Praça ' +
      'antes de escolher um nome, certo? Queria explicar isso em uma linha só, sem assustar quem nunca usou.',
  ],
  ['Dara Okafor', 'Isso mesmo. Lê à vontade; diz um nome quando quiser falar.'],
  ['يوسف حداد', 'صباح الخير جميعًا ☀️'],
  ['يوسف حداد', 'العرض التجريبي يعمل عندي الآن بدون أي مشكلة.'],
  [
    'Caio Prado',
    'E se a internet cair no meio, o que eu escrever fica na fila e vai sozinho quando voltar. Testei no metrô.',
  ],
  ['Joana', '🎉👏'],
];

async function talk(url: string): Promise<void> {
  const people = new Map<string, Socket>();
  for (const [name, text] of TALK) {
    const somebody = people.get(name) ?? (await speaker(url, name));
    people.set(name, somebody);
    await ask(somebody, 'message', text);
  }
  for (const somebody of people.values()) somebody.disconnect();
}

async function picture({ page, room }: Person, name: string): Promise<void> {
  await expect(room.message('Combinado. Eu levo o bolo.')).toBeInViewport();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled', caret: 'hide' });
}

test.use({ options: { unlimited: true } });

test('pictures of a room, on a desktop and on a telephone, in the light and in the dark', async ({ chat, person }) => {
  await talk(chat.url);
  // The second pixel makes the text readable on the screens most people have.
  const desktop = { viewport: { width: 1180, height: 860 }, deviceScaleFactor: 2 };
  const marina = await person(ME, desktop);
  await marina.joins();
  await marina.room.say('Combinado. Eu levo o bolo.');
  await marina.room.expectSent('Combinado. Eu levo o bolo.');
  await marina.room.composer.blur();
  const storageState = await marina.context.storageState();

  await picture(marina, 'screenshot');
  for (const [name, options] of [
    ['screenshot-dark', { ...desktop, colorScheme: 'dark' }],
    ['screenshot-phone', { phone: true }],
    ['screenshot-phone-dark', { phone: true, colorScheme: 'dark' }],
  ] as const) {
    const again = await person(ME, { ...options, storageState });
    await again.open();
    await picture(again, name);
  }
});
