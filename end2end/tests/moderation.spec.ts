// Keeping the peace from the page: what a moderator does, and what the other sees of it.
import { expect, test, type Person } from '../fixtures.ts';

/** The card of somebody, opened from the panel. */
async function cardOf({ page }: Person, name: string) {
  await page.locator('.people-panel').getByRole('button', { name: new RegExp(name) }).click();
  const card = page.locator('.person-card');
  await expect(card).toBeVisible();
  return card;
}

const toast = ({ page }: Person) => page.locator('.toast');

test('a banned guest is told so in the open tab and by a new one, and comes back as the same person when pardoned', async ({
  chat,
  person,
}) => {
  const ana = await person('Ana');
  await ana.joins();
  const troll = await person('Tonho');
  await troll.joins();
  await troll.room.say('Compre já');
  await troll.room.expectSent('Compre já');
  await chat.appoint('Ana', 'moderator');
  await ana.reload();

  const card = await cardOf(ana, 'Tonho');
  await card.getByRole('button', { name: 'Banir' }).click();
  const dialog = ana.page.getByRole('dialog', { name: /Banir/ });
  await expect(dialog.getByRole('button', { name: 'Cancelar' })).toBeFocused();
  await dialog.getByRole('button', { name: 'Banir' }).click();
  await expect(toast(ana)).toContainText('não entra mais');

  troll.witness.expects(/status (of )?403/);
  await expect(troll.room.banner).toContainText('Aqui você não entra mais');
  await expect(troll.room.composer).toBeHidden();
  const response = await troll.page.reload();
  expect(response?.status()).toBe(403);
  await expect(troll.page.getByRole('heading', { level: 1 })).toHaveText('Aqui você não entra mais');

  await toast(ana).getByRole('button', { name: 'Desfazer' }).click();
  await expect(toast(ana)).toContainText('pode voltar');
  await troll.open();
  await expect(troll.room.message('Compre já')).toHaveClass(/message-item--own/);
  await troll.room.say('Voltei');
  await expect(ana.room.message('Voltei')).toHaveAttribute('aria-label', /^Tonho,/);
});

test('who is muted is told, and speaks again when that is undone', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await chat.appoint('Ana', 'moderator');
  await ana.reload();
  await (await cardOf(ana, 'Bia')).getByRole('button', { name: 'Silenciar nesta sala' }).click();
  await expect(toast(ana)).toContainText('não fala mais');
  await (await cardOf(ana, 'Bia')).getByRole('button', { name: 'Devolver a palavra' }).click();
  await expect(toast(ana)).toContainText('pode falar de novo');
  await bia.room.say('Obrigada');
  await bia.room.expectSent('Obrigada');
});

test('a message is copied, reported and deleted from its menu, by those who may', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  await bia.room.say('Que coisa feia');
  await bia.room.expectSent('Que coisa feia');
  const actions = ({ page }: Person) => page.locator('.message-actions').getByRole('menuitem');
  const open = async (who: Person) => {
    await who.room.message('Que coisa feia').hover();
    await who.room.message('Que coisa feia').getByRole('button', { name: 'Mais sobre a mensagem' }).click();
  };

  await open(ana);
  await expect(actions(ana)).toHaveText(['Copiar', 'Denunciar']);
  await chat.appoint('Ana', 'moderator');
  await ana.reload();
  await open(ana);
  await expect(actions(ana)).toHaveText(['Copiar', 'Denunciar', 'Apagar']);
  await actions(ana).filter({ hasText: 'Apagar' }).click();
  await ana.page.getByRole('dialog', { name: /Apagar/ }).getByRole('button', { name: 'Apagar' }).click();
  await expect(toast(ana)).toContainText('Mensagem apagada');
  await expect(bia.room.message('Que coisa feia')).toHaveCount(0);
});

test('who moderates finds the way to the reports, and nobody else does', async ({ chat, person }) => {
  const ana = await person('Ana');
  await ana.joins();
  const ways = ana.page.getByRole('region', { name: 'Cuidar do servidor' }).getByRole('link');
  await ana.page.goto('/account');
  await expect(ways).toHaveCount(0);
  await chat.appoint('Ana', 'moderator');
  await ana.page.reload();
  await expect(ways).toHaveText(['Moderação']);
  await ways.click();
  await expect(ana.page.getByRole('heading', { level: 1 })).toHaveText('Moderação');
});

test('what is reported is settled on the page of those who moderate, and the log says who did', async ({
  chat,
  person,
}) => {
  const ana = await person('Ana');
  await ana.joins();
  const bia = await person('Bia');
  await bia.joins();
  const troll = await person('Tonho');
  await troll.joins();
  await troll.room.say('Compre já');
  await bia.room.message('Compre já').hover();
  await bia.room.message('Compre já').getByRole('button', { name: 'Mais sobre a mensagem' }).click();
  await bia.page.locator('.message-actions').getByRole('menuitem', { name: 'Denunciar' }).click();
  const dialog = bia.page.getByRole('dialog', { name: /Denunciar/ });
  await dialog.getByRole('textbox').fill('Propaganda');
  await dialog.getByRole('button', { name: 'Denunciar' }).click();
  await expect(toast(bia)).toBeVisible();
  await chat.appoint('Ana', 'admin');

  await ana.page.goto('/moderation');
  const report = ana.page.locator('.report-list__report');
  await expect(report).toContainText('Compre já');
  await expect(report).toContainText('Denunciada por Bia: Propaganda');
  await report.getByRole('button', { name: 'Apagar' }).click();
  await expect(ana.page.getByRole('status')).toContainText('Mensagem apagada');
  await expect(report).toHaveCount(0);
  await expect(bia.room.message('Compre já')).toHaveCount(0);
  const log = ana.page.locator('.audit-log__entry');
  await expect(log.first()).toContainText(/Ana (apagou uma mensagem de|encerrou uma denúncia sobre) Tonho em Praça/);
  await expect(log.last()).toContainText('Quem cuida do servidor mudou o papel de Ana');
  await ana.expectFits();
});
